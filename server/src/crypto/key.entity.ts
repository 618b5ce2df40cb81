import { Column, Entity, Index, PrimaryColumn } from 'typeorm'

/** A data key, wrapped by the key-encryption key that never enters the database. */
@Entity('key_registry')
@Index('uq_active', ['purpose', 'is_active'], { unique: true })
export class KeyEntity {
  @PrimaryColumn('smallint', { unsigned: true }) kid!: number
  @Column('varchar', { length: 12 }) purpose!: string
  @Column('tinyint', { unsigned: true }) suite!: number
  @Column('varbinary', { length: 128 }) wrapped!: Buffer
  @Column('tinyint', { unsigned: true, nullable: true }) is_active!: number | null
  @Column('datetime', { precision: 3 }) created_at!: Date
}
