import { Column, Entity, Index, PrimaryColumn } from 'typeorm'
import type { Policy } from '@shebao/shared/policy'

/** A published policy: the only source of rates, windows and openings at run time. */
@Entity('policy_version')
@Index('ix_effective', ['region', 'effective_from'])
export class PolicyVersionEntity {
  @PrimaryColumn('varchar', { length: 24 }) version!: string
  @Column('char', { length: 6 }) region!: string
  @Column('datetime', { precision: 3 }) effective_from!: Date
  @Column('json') document!: Policy
  @Column('datetime', { precision: 3 }) created_at!: Date
}
