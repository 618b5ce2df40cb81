import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { Controller, Get, Header } from '@nestjs/common'
import { Open } from '../http/endpoint.decorator.ts'
import { openapi } from './openapi.ts'

const { resolve } = createRequire(import.meta.url)
const page = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>接口</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"><div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/open.js"></script></html>`

/** The documentation of the API, from files that are here: no request leaves the machine. */
@Controller('docs')
@Open()
export class DocsController {
  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  page(): string {
    return page
  }

  @Get('openapi.json')
  spec(): object {
    return openapi()
  }

  @Get('open.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  open(): string {
    return "SwaggerUIBundle({ url: '/docs/openapi.json', dom_id: '#docs', validatorUrl: null })"
  }

  @Get('swagger-ui-bundle.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  script(): Promise<Buffer> {
    return readFile(resolve('swagger-ui-dist/swagger-ui-bundle.js'))
  }

  @Get('swagger-ui.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): Promise<Buffer> {
    return readFile(resolve('swagger-ui-dist/swagger-ui.css'))
  }
}
