import { Body, Controller, Param } from '@nestjs/common'
import { api, type Params, type Parsed, type Reply } from '@shebao/shared/api'
import { CallerOf, Endpoint, type Caller } from '../http/endpoint.decorator.ts'
import { LoginService } from './login.service.ts'
import { RealNameService } from './real-name.service.ts'
import { Sessions } from './session.ts'

@Controller()
export class LoginController {
  constructor(
    private readonly login: LoginService,
    private readonly realNames: RealNameService,
    private readonly sessions: Sessions,
  ) {}

  @Endpoint(api.logIn)
  logIn(@Body({ schema: api.logIn.body }) body: Parsed<typeof api.logIn>): Promise<Reply<typeof api.logIn>> {
    return this.login.logIn(body)
  }

  @Endpoint(api.logOut)
  async logOut(@CallerOf() caller: Caller): Promise<Reply<typeof api.logOut>> {
    await this.sessions.end(caller.session)
    return { ended: true }
  }

  @Endpoint(api.me)
  me(@CallerOf() caller: Caller): Reply<typeof api.me> {
    return this.login.me(caller)
  }

  @Endpoint(api.beginRealName)
  begin(
    @CallerOf() caller: Caller,
    @Body({ schema: api.beginRealName.body }) body: Parsed<typeof api.beginRealName>,
  ): Promise<Reply<typeof api.beginRealName>> {
    return this.realNames.begin(caller, body)
  }

  @Endpoint(api.confirmRealName)
  confirm(
    @CallerOf() caller: Caller,
    @Param({ schema: api.confirmRealName.params }) { id }: Params<typeof api.confirmRealName>,
  ): Promise<Reply<typeof api.confirmRealName>> {
    return this.realNames.confirm(caller, id)
  }
}
