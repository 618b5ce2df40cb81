import { Body, Controller } from '@nestjs/common'
import { api, type Parsed, type Reply } from '@shebao/shared/api'
import { Endpoint, MachineOf, type Machine } from '../http/endpoint.decorator.ts'
import { demandRole } from '../machine/machine.service.ts'
import { ChannelService } from './channel.service.ts'

@Controller()
export class ChannelController {
  constructor(private readonly channels: ChannelService) {}

  @Endpoint(api.reportPayment)
  reportPayment(
    @MachineOf() machine: Machine,
    @Body({ schema: api.reportPayment.body }) body: Parsed<typeof api.reportPayment>,
  ): Promise<Reply<typeof api.reportPayment>> {
    demandRole(machine, 'channel')
    return this.channels.takePayment(machine.party, body)
  }
}
