import { Body, Controller } from '@nestjs/common'
import { api, type Parsed, type Reply } from '@shebao/shared/api'
import { Endpoint, MachineOf, type Machine } from '../http/endpoint.decorator.ts'
import { demandRole } from '../machine/machine.service.ts'
import { InstitutionService } from './institution.service.ts'

@Controller()
export class InstitutionController {
  constructor(private readonly institutions: InstitutionService) {}

  @Endpoint(api.sendEnrolments)
  enrolments(
    @MachineOf() machine: Machine,
    @Body({ schema: api.sendEnrolments.body }) body: Parsed<typeof api.sendEnrolments>,
  ): Promise<Reply<typeof api.sendEnrolments>> {
    demandRole(machine, 'institution')
    return this.institutions.takeEnrolments(machine.party, body)
  }

  @Endpoint(api.sendSpecialDues)
  specialDues(
    @MachineOf() machine: Machine,
    @Body({ schema: api.sendSpecialDues.body }) body: Parsed<typeof api.sendSpecialDues>,
  ): Promise<Reply<typeof api.sendSpecialDues>> {
    demandRole(machine, 'institution')
    return this.institutions.takeSpecialDues(machine.party, body)
  }
}
