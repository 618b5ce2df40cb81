import { Body, Controller } from '@nestjs/common'
import { api, type Parsed, type Reply } from '@shebao/shared/api'
import { Endpoint, MachineOf, type Machine } from '../http/endpoint.decorator.ts'
import { RealNameService } from '../login/real-name.service.ts'
import { demandRole } from '../machine/machine.service.ts'

@Controller()
export class OfficeController {
  constructor(private readonly realNames: RealNameService) {}

  @Endpoint(api.issueCounterCode)
  issueCounterCode(
    @MachineOf() machine: Machine,
    @Body({ schema: api.issueCounterCode.body }) body: Parsed<typeof api.issueCounterCode>,
  ): Promise<Reply<typeof api.issueCounterCode>> {
    demandRole(machine, 'office')
    return this.realNames.issueCounterCode(body, machine.party)
  }
}
