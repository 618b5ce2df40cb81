import { Injectable } from '@nestjs/common'
import { Policy } from '@shebao/shared/policy'
import { startOf } from '@shebao/shared/day'
import { DataSource } from 'typeorm'
import * as v from 'valibot'
import { Clock, dateOf, stamp } from '../clock.ts'
import { PolicyVersionEntity } from './policy.entity.ts'

/** Writes a policy version; false when it is there already. A version is never changed. */
export const publishPolicy = async (source: DataSource, policy: Policy, clock: Clock): Promise<boolean> => {
  const repository = source.getRepository(PolicyVersionEntity)
  const { version, region } = v.parse(Policy, policy)
  if (await repository.existsBy({ version })) return false
  await repository.insert({
    version,
    region,
    effective_from: dateOf(startOf(policy.notice.issued)),
    document: policy,
    created_at: dateOf(clock.system()),
  })
  return true
}

/** How long a newly published version may go unnoticed, in milliseconds. */
const FRESH_MS = 5000

/** The policy in force, read from the table and kept for a few seconds: rules take it as an argument. */
@Injectable()
export class PolicyService {
  private kept: { policy: Policy; until: number } | undefined
  private reading: Promise<Policy> | undefined

  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** The version whose effective moment is the latest that is not after now (system time). Throws when none was published. */
  async current(): Promise<Policy> {
    const now = this.clock.system()
    if (this.kept && now < this.kept.until) return this.kept.policy
    this.reading ??= this.read(now).finally(() => (this.reading = undefined))
    return this.reading
  }

  private async read(now: number): Promise<Policy> {
    const [row] = await this.source
      .getRepository(PolicyVersionEntity)
      .createQueryBuilder('p')
      .where('p.effective_from <= :now', { now: stamp(now) })
      .orderBy('p.effective_from', 'DESC')
      .addOrderBy('p.version', 'DESC')
      .limit(1)
      .getMany()
    if (!row) throw new Error('no policy has been published: run the migrations')
    const policy = v.parse(Policy, row.document)
    this.kept = { policy, until: now + FRESH_MS }
    return policy
  }
}
