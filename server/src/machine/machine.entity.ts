import { Column, Entity, PrimaryColumn } from 'typeorm'

/** A party that talks to us machine to machine, with the Ed25519 key that its messages are signed with. */
@Entity('machine')
export class MachineEntity {
  @PrimaryColumn('varchar', { length: 20 }) party!: string
  @Column('varchar', { length: 12 }) role!: 'institution' | 'office' | 'channel'
  @Column('varbinary', { length: 600 }) public_key!: Buffer
  @Column('datetime', { precision: 3 }) created_at!: Date
}
