import { Injectable } from '@nestjs/common'
import type { EnrolmentFact } from '@shebao/shared/enrolment'
import type { Insurance } from '@shebao/shared/insurance'
import { Db, isDuplicate, type Statements } from '../db/db.ts'
import { bucketOf, Ids } from '../db/id.ts'
import { Persons } from '../person/person.ts'

/** An enrolment by the institution's own serial. */
export interface KnownEnrolment {
  person: string
  enrolment: string
  insurance: Insurance
  monthFrom: string
  monthTo: string
  factNo: number
}

type Applied = 'applied' | 'repeated' | 'identity_taken'

/** 参保信息 (R51): who is in which insurance; never a tier. */
@Injectable()
export class EnrolmentService {
  constructor(
    private readonly db: Db,
    private readonly persons: Persons,
    private readonly ids: Ids,
  ) {}

  /** The enrolment that an institution calls `serial`. */
  async find(on: Statements, institution: string, serial: string): Promise<KnownEnrolment | undefined> {
    const [row] = await on.rows<{
      person_id: string
      enrolment_id: string
      insurance: Insurance
      month_from: string
      month_to: string
      fact_no: string
    }>('SELECT person_id, enrolment_id, insurance, month_from, month_to, fact_no FROM enrolment WHERE institution = ? AND serial = ?', [
      institution,
      serial,
    ])
    return (
      row && {
        person: row.person_id,
        enrolment: row.enrolment_id,
        insurance: row.insurance,
        monthFrom: row.month_from,
        monthTo: row.month_to,
        factNo: Number(row.fact_no),
      }
    )
  }

  /**
   * Applies one fact of an institution; `repeated` when this fact, or a newer one, was applied before, `identity_taken` when it
   * corrects the identity to one under which somebody is registered already: then nothing changes, for nobody may be lost.
   */
  async apply(institution: string, fact: EnrolmentFact, region: string): Promise<Applied> {
    try {
      return await this.applyOnce(institution, fact, region)
    } catch (error) {
      // the first fact of this serial came by two messages at once: now it is known
      if (!isDuplicate(error, 'uq_serial')) throw error
      return this.applyOnce(institution, fact, region)
    }
  }

  private applyOnce(institution: string, fact: EnrolmentFact, region: string): Promise<Applied> {
    const identity = { documentType: fact.documentType, documentNumber: fact.documentNumber, name: fact.name }
    return this.db.transaction(async (t) => {
      const known = await this.find(t, institution, fact.serial)
      if (known && known.factNo >= fact.factNo) return 'repeated'
      const monthTo = fact.monthTo ?? '9999-12'
      if (!known) {
        const person = await this.persons.findOrCreate(t, identity, region)
        await t.change(
          'INSERT INTO enrolment (bucket, person_id, enrolment_id, insurance, institution, county, serial, month_from, month_to, fact_no) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
          [
            bucketOf(person),
            person,
            this.ids.next(bucketOf(person)),
            fact.insurance,
            institution,
            fact.county,
            fact.serial,
            fact.monthFrom,
            monthTo,
            fact.factNo,
          ],
        )
        return 'applied'
      }
      const now = await this.persons.findIn(t, identity)
      if (now && now.person !== known.person) return 'identity_taken'
      const changed = await t.change(
        'UPDATE enrolment SET county = ?, month_from = ?, month_to = ?, fact_no = ?, version = version + 1 WHERE bucket = ? AND person_id = ? AND enrolment_id = ? AND fact_no < ?',
        [fact.county, fact.monthFrom, monthTo, fact.factNo, bucketOf(known.person), known.person, known.enrolment, fact.factNo],
      )
      if (changed !== 1) return 'repeated'
      if (!now) await this.persons.correct(t, known.person, identity)
      return 'applied'
    })
  }
}
