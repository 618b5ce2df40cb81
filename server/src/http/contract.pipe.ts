import { Injectable, StandardSchemaValidationPipe, type ArgumentMetadata } from '@nestjs/common'
import { refuse } from '@shebao/shared/refusal'
import { setGlobalMessage } from 'valibot'
import { Refused } from './refused.ts'

// valibot's own messages repeat what was received, which may be a document number
setGlobalMessage('填写不正确')

/** Bodies, queries and path parameters are checked by the contract; the first wrong field is named. One without a schema is a fault of ours. */
@Injectable()
export class ContractPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({
      exceptionFactory: ([issue]) => {
        const field = issue?.path?.map((step) => String(typeof step === 'object' ? step.key : step)).join('.') ?? 'body'
        return new Refused(refuse('malformed', { field, why: issue?.message ?? '' }))
      },
    })
  }

  override transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    if (metadata.type !== 'custom' && !metadata.schema) throw new Error(`${metadata.type} parameter without a schema`)
    return super.transform(value, metadata)
  }
}
