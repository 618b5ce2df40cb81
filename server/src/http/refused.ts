import type { Refusal } from '@shebao/shared/refusal'

/** Carries a refusal out of a service; one filter turns it into the answer. A fault is never made into one of these. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.code)
  }
}
/** Throws when a rule said no. */
export const demand = (refusal: Refusal | undefined): void => {
  if (refusal) throw new Refused(refusal)
}
