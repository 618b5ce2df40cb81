import { Column, Entity, Index, PrimaryColumn } from 'typeorm'
import type { DocumentType } from '@shebao/shared/identity'

/** A login account; one per real person once the real name is verified. */
@Entity('account')
export class AccountEntity {
  @PrimaryColumn('smallint', { unsigned: true }) bucket!: number
  @PrimaryColumn('bigint', { unsigned: true }) account_id!: string
  @Column('varchar', { length: 28, nullable: true }) document_type!: DocumentType | null
  @Column('binary', { length: 32, nullable: true }) identity_bi!: Buffer | null
  @Column('varbinary', { length: 500, nullable: true }) identity_enc!: Buffer | null
  @Column('datetime', { precision: 3, nullable: true }) real_named_at!: Date | null
  @Column('bigint', { unsigned: true, nullable: true }) merged_into!: string | null
  @Column('datetime', { precision: 3 }) created_at!: Date
}

/** Verified identity → account: unique, so that one real person has one account in both hosts. */
@Entity('account_identity')
export class AccountIdentityEntity {
  @PrimaryColumn('smallint', { unsigned: true }) bucket!: number
  @PrimaryColumn('binary', { length: 32 }) identity_bi!: Buffer
  @Column('bigint', { unsigned: true }) account_id!: string
  @Column('datetime', { precision: 3 }) created_at!: Date
}

/** A user of WeChat or Alipay → account. The index is over host, app and open id: equal open ids of two hosts are two users. */
@Entity('host_identity')
@Index('ix_account', ['account_id'])
export class HostIdentityEntity {
  @PrimaryColumn('smallint', { unsigned: true }) bucket!: number
  @PrimaryColumn('binary', { length: 32 }) host_bi!: Buffer
  @Column('varchar', { length: 12 }) host!: 'wechat' | 'alipay'
  @Column('varbinary', { length: 200 }) open_id_enc!: Buffer
  @Column('bigint', { unsigned: true }) account_id!: string
  @Column('datetime', { precision: 3 }) created_at!: Date
}

/** A real-name check that was begun at a host; used once. */
@Entity('real_name_check')
export class RealNameCheckEntity {
  @PrimaryColumn('smallint', { unsigned: true }) bucket!: number
  @PrimaryColumn('bigint', { unsigned: true }) check_id!: string
  @Column('bigint', { unsigned: true }) account_id!: string
  @Column('varchar', { length: 12 }) host!: 'wechat' | 'alipay'
  @Column('varchar', { length: 28 }) document_type!: DocumentType
  @Column('binary', { length: 32 }) identity_bi!: Buffer
  @Column('varbinary', { length: 500 }) identity_enc!: Buffer
  @Column('varchar', { length: 300 }) ticket!: string
  @Column('varchar', { length: 10 }) state!: 'begun' | 'passed' | 'used'
  @Column('datetime', { precision: 3 }) expires_at!: Date
  @Column('datetime', { precision: 3 }) created_at!: Date
}

/** A one-time real-name code that a hall gave out after checking a document (decision 33); only its keyed hash is stored. */
@Entity('counter_code')
export class CounterCodeEntity {
  @PrimaryColumn('smallint', { unsigned: true }) bucket!: number
  @PrimaryColumn('binary', { length: 32 }) code_hash!: Buffer
  @Column('binary', { length: 32 }) identity_bi!: Buffer
  @Column('varchar', { length: 64 }) operator!: string
  @Column('bigint', { unsigned: true, nullable: true }) used_by!: string | null
  @Column('datetime', { precision: 3 }) expires_at!: Date
  @Column('datetime', { precision: 3 }) created_at!: Date
}
