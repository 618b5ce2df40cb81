import { api, type Endpoint } from '@shebao/shared/api'
import { treatments } from '@shebao/shared/refusal'
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema'

/** What JSON Schema cannot say; anything else that it cannot say stops the start. */
const common: ConversionConfig = { target: 'draft-2020-12', ignoreActions: ['trim', 'check', 'transform', 'to_upper_case', 'safe_integer'] }
const json = (schema: object): object => ({ content: { 'application/json': { schema } } })

interface JsonObject {
  properties?: Record<string, object>
  required?: string[]
}
const parameters = (place: 'path' | 'query', schema: Endpoint['params']): object[] => {
  if (!schema) return []
  const { properties = {}, required = [] } = toJsonSchema(schema, { ...common, typeMode: 'input' }) as JsonObject
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

const refusal = {
  type: 'object',
  required: ['code', 'facts', 'message', 'next', 'moneyTaken', 'clause'],
  properties: {
    code: { enum: Object.keys(treatments) },
    facts: {},
    message: { type: 'string' },
    next: { type: 'array', items: { type: 'object', properties: { step: { type: 'string' }, label: { type: 'string' } } } },
    moneyTaken: { enum: ['no', 'yes', 'checking', null] },
    clause: { type: ['string', 'null'] },
  },
}
const security: Record<Endpoint['access'], object[]> = {
  public: [],
  account: [{ session: [] }],
  realNamed: [{ session: [] }],
  machine: [{ machine: [] }],
}

const operation = (operationId: string, { method, path, summary, access, params, query, body, reply }: Endpoint): object => ({
  operationId,
  summary,
  tags: [path.split('/')[1]],
  security: security[access],
  parameters: [
    ...parameters('path', params),
    ...parameters('query', query),
    ...(operationId === 'createOrder' ? [{ name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } }] : []),
  ],
  ...(body && method !== 'GET' && { requestBody: { required: true, ...json(toJsonSchema(body, { ...common, typeMode: 'input' })) } }),
  responses: {
    200: { description: 'OK', ...json(toJsonSchema(reply, { ...common, typeMode: 'output' })) },
    default: { description: 'Refusal', ...json(refusal) },
  },
})

/** OpenAPI 3.1 from the contract. */
export const openapi = (): { paths: Record<string, Record<string, object>> } & Record<string, unknown> => {
  const paths: Record<string, Record<string, object>> = {}
  for (const [id, contract] of Object.entries<Endpoint>(api)) {
    const path = contract.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [contract.method.toLowerCase()]: operation(id, contract) }
  }
  return {
    openapi: '3.1.0',
    info: { title: '自然人社保缴费', version: '0.1', description: 'Made from shared/src/api.ts.' },
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer' },
        machine: {
          type: 'apiKey',
          in: 'header',
          name: 'x-signature',
          description: 'Ed25519 over method, path, x-timestamp, x-nonce and SHA-256 of the body; party in x-party',
        },
      },
    },
    paths,
  }
}
