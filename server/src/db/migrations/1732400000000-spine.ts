import type { MigrationInterface, QueryRunner } from 'typeorm'

const ascii = 'ENGINE=InnoDB DEFAULT CHARSET=ascii COLLATE=ascii_bin'
const utf8 = 'ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin'
// Rules of every table: ids are made by the application (BIGINT UNSIGNED, low 10 bits = bucket), the bucket stands in every key
// of a table that grows, no foreign keys, no AUTO_INCREMENT; times are UTC of the system clock unless named business_*.
const id = 'BIGINT UNSIGNED NOT NULL'
const bucket = 'bucket SMALLINT UNSIGNED NOT NULL'
const time = 'DATETIME(3) NOT NULL'

const tables = [
  // small tables, no bucket
  `CREATE TABLE node (node_no TINYINT UNSIGNED NOT NULL, owner VARCHAR(32) NOT NULL, leased_until ${time}, PRIMARY KEY (node_no)) ${ascii}`,
  `INSERT INTO node (node_no, owner, leased_until) VALUES ${Array.from({ length: 32 }, (_, n) => `(${n}, '', '2020-01-01')`).join(', ')}`,
  `CREATE TABLE key_registry (kid SMALLINT UNSIGNED NOT NULL, purpose VARCHAR(12) NOT NULL, suite TINYINT UNSIGNED NOT NULL, wrapped VARBINARY(128) NOT NULL,
     is_active TINYINT UNSIGNED NULL, created_at ${time}, PRIMARY KEY (kid), UNIQUE KEY uq_active (purpose, is_active)) ${ascii}`,
  `CREATE TABLE policy_version (version VARCHAR(24) NOT NULL, region CHAR(6) NOT NULL, effective_from ${time}, document JSON NOT NULL, created_at ${time},
     PRIMARY KEY (version), KEY ix_effective (region, effective_from)) ${utf8}`,
  `CREATE TABLE machine (party VARCHAR(20) NOT NULL, role VARCHAR(12) NOT NULL, public_key VARBINARY(600) NOT NULL, created_at ${time}, PRIMARY KEY (party)) ${ascii}`,
  `CREATE TABLE machine_nonce (party VARCHAR(20) NOT NULL, nonce VARCHAR(64) NOT NULL, used_at ${time}, PRIMARY KEY (party, nonce), KEY ix_used (used_at)) ${ascii}`,
  // accounts
  `CREATE TABLE account (${bucket}, account_id ${id}, document_type VARCHAR(28) NULL, identity_bi BINARY(32) NULL, identity_enc VARBINARY(500) NULL,
     real_named_at DATETIME(3) NULL, merged_into BIGINT UNSIGNED NULL, created_at ${time}, PRIMARY KEY (bucket, account_id)) ${ascii}`,
  `CREATE TABLE account_identity (${bucket}, identity_bi BINARY(32) NOT NULL, account_id ${id}, created_at ${time}, PRIMARY KEY (bucket, identity_bi)) ${ascii}`,
  `CREATE TABLE host_identity (${bucket}, host_bi BINARY(32) NOT NULL, host VARCHAR(12) NOT NULL, open_id_enc VARBINARY(200) NOT NULL, account_id ${id}, created_at ${time},
     PRIMARY KEY (bucket, host_bi), KEY ix_account (account_id)) ${ascii}`,
  `CREATE TABLE session (${bucket}, token_hash BINARY(32) NOT NULL, account_id ${id}, host VARCHAR(12) NOT NULL, host_bi BINARY(32) NOT NULL,
     created_at ${time}, seen_at ${time}, PRIMARY KEY (bucket, token_hash), KEY ix_account (account_id, created_at)) ${ascii}`,
  `CREATE TABLE real_name_check (${bucket}, check_id ${id}, account_id ${id}, host VARCHAR(12) NOT NULL, document_type VARCHAR(28) NOT NULL, identity_bi BINARY(32) NOT NULL,
     identity_enc VARBINARY(500) NOT NULL, ticket VARCHAR(300) NOT NULL, state VARCHAR(10) NOT NULL, expires_at ${time}, created_at ${time}, PRIMARY KEY (bucket, check_id)) ${ascii}`,
  `CREATE TABLE counter_code (${bucket}, code_hash BINARY(32) NOT NULL, identity_bi BINARY(32) NOT NULL, operator VARCHAR(64) NOT NULL, used_by BIGINT UNSIGNED NULL,
     expires_at ${time}, created_at ${time}, PRIMARY KEY (bucket, code_hash)) ${ascii}`,
  `CREATE TABLE lookup_grant (${bucket}, account_id ${id}, person_id ${id}, is_self TINYINT UNSIGNED NOT NULL, expires_at ${time}, PRIMARY KEY (bucket, account_id, person_id)) ${ascii}`,
  `CREATE TABLE consent (${bucket}, account_id ${id}, person_id ${id}, purpose VARCHAR(20) NOT NULL, given_at ${time}, PRIMARY KEY (bucket, account_id, person_id, purpose)) ${ascii}`,
  // contributor family: bucket of the person
  `CREATE TABLE person (${bucket}, person_id ${id}, identity_enc VARBINARY(500) NOT NULL, region CHAR(6) NOT NULL, version INT UNSIGNED NOT NULL DEFAULT 0, created_at ${time},
     PRIMARY KEY (bucket, person_id)) ${ascii}`,
  `CREATE TABLE registered_identity (${bucket}, subject_bi BINARY(32) NOT NULL, kid SMALLINT UNSIGNED NOT NULL, person_id ${id}, is_current TINYINT UNSIGNED NULL, created_at ${time},
     PRIMARY KEY (bucket, subject_bi), KEY ix_person (person_id)) ${ascii}`,
  `CREATE TABLE enrolment (${bucket}, person_id ${id}, enrolment_id ${id}, insurance VARCHAR(20) NOT NULL, institution VARCHAR(20) NOT NULL, county CHAR(6) NOT NULL, serial VARCHAR(40) NOT NULL,
     month_from CHAR(7) NOT NULL, month_to CHAR(7) NOT NULL DEFAULT '9999-12', fact_no BIGINT UNSIGNED NOT NULL, version INT UNSIGNED NOT NULL DEFAULT 0,
     PRIMARY KEY (bucket, person_id, enrolment_id), UNIQUE KEY uq_enrolment (bucket, enrolment_id), UNIQUE KEY uq_serial (bucket, institution, serial), KEY ix_serial (institution, serial)) ${ascii}`,
  `CREATE TABLE fee_year (${bucket}, person_id ${id}, insurance VARCHAR(20) NOT NULL, year SMALLINT UNSIGNED NOT NULL, tier VARCHAR(12) NOT NULL,
     held_units SMALLINT UNSIGNED NOT NULL, paid_units SMALLINT UNSIGNED NOT NULL, version INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY (bucket, person_id, insurance, year)) ${ascii}`,
  `CREATE TABLE due (${bucket}, person_id ${id}, insurance VARCHAR(20) NOT NULL, kind VARCHAR(8) NOT NULL, month_from CHAR(7) NOT NULL, source_key VARCHAR(40) NOT NULL,
     due_id ${id}, enrolment_id ${id}, month_to CHAR(7) NOT NULL, year SMALLINT UNSIGNED NOT NULL, state VARCHAR(10) NOT NULL,
     order_id BIGINT UNSIGNED NULL, item_no SMALLINT UNSIGNED NULL, external_id BIGINT UNSIGNED NULL, amount_fen BIGINT NULL, tier VARCHAR(12) NULL, rate_version VARCHAR(40) NULL,
     supersedes BIGINT UNSIGNED NULL, version INT UNSIGNED NOT NULL DEFAULT 0,
     PRIMARY KEY (bucket, person_id, insurance, kind, month_from, source_key), UNIQUE KEY uq_due (bucket, due_id)) ${ascii}`,
  `CREATE TABLE external_payment (${bucket}, external_id ${id}, person_id ${id}, partner VARCHAR(20) NOT NULL, partner_serial VARCHAR(64) NOT NULL, channel VARCHAR(12) NOT NULL,
     insurance VARCHAR(20) NOT NULL, kind VARCHAR(8) NOT NULL, year SMALLINT UNSIGNED NOT NULL, tier VARCHAR(12) NULL, month_from CHAR(7) NOT NULL, month_to CHAR(7) NOT NULL, amount_fen BIGINT NOT NULL,
     paid_at ${time}, state VARCHAR(10) NOT NULL, PRIMARY KEY (bucket, external_id), UNIQUE KEY uq_partner (bucket, partner, partner_serial), KEY ix_person (person_id, external_id)) ${ascii}`,
  // order family: bucket of the account
  `CREATE TABLE pay_order (${bucket}, order_id ${id}, account_id ${id}, idempotency_key VARCHAR(64) NOT NULL, request_hash BINARY(32) NOT NULL, state VARCHAR(12) NOT NULL, total_fen BIGINT NOT NULL,
     item_count SMALLINT UNSIGNED NOT NULL, policy_version VARCHAR(24) NOT NULL, business_at ${time}, clock_offset_ms BIGINT NOT NULL, expires_at ${time}, version INT UNSIGNED NOT NULL DEFAULT 0,
     created_at ${time}, PRIMARY KEY (bucket, order_id), UNIQUE KEY uq_idem (bucket, account_id, idempotency_key), KEY ix_open (bucket, account_id, state, order_id), KEY ix_expiry (state, expires_at)) ${ascii}`,
  `CREATE TABLE order_item (${bucket}, order_id ${id}, item_no SMALLINT UNSIGNED NOT NULL, person_id ${id}, enrolment_id ${id}, insurance VARCHAR(20) NOT NULL, kind VARCHAR(8) NOT NULL, year SMALLINT UNSIGNED NOT NULL,
     month_from CHAR(7) NOT NULL, month_to CHAR(7) NOT NULL, source_key VARCHAR(40) NOT NULL, tier VARCHAR(12) NULL, rate_version VARCHAR(40) NULL, is_provisional TINYINT UNSIGNED NOT NULL, unit_count SMALLINT UNSIGNED NOT NULL,
     amount_fen BIGINT NOT NULL, outcome VARCHAR(10) NOT NULL DEFAULT 'due', PRIMARY KEY (bucket, order_id, item_no), KEY ix_person (person_id, order_id)) ${ascii}`,
  `CREATE TABLE acknowledgement (${bucket}, order_id ${id}, item_no SMALLINT UNSIGNED NOT NULL, kind VARCHAR(20) NOT NULL, account_id ${id}, text_version VARCHAR(20) NOT NULL, business_at ${time}, created_at ${time},
     PRIMARY KEY (bucket, order_id, item_no, kind)) ${ascii}`,
  `CREATE TABLE attempt (${bucket}, attempt_id ${id}, order_id ${id}, is_live TINYINT UNSIGNED NULL, provider VARCHAR(12) NOT NULL, merchant VARCHAR(32) NOT NULL, out_trade_no VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL,
     total_fen BIGINT NOT NULL, create_body BLOB NOT NULL, prepay_id VARCHAR(80) NULL, time_expire ${time}, next_check_at DATETIME(3) NULL, checked_at DATETIME(3) NULL, check_count SMALLINT UNSIGNED NOT NULL DEFAULT 0,
     version INT UNSIGNED NOT NULL DEFAULT 0, PRIMARY KEY (bucket, attempt_id), UNIQUE KEY uq_live (bucket, order_id, is_live), UNIQUE KEY uq_no (bucket, out_trade_no), KEY ix_check (next_check_at)) ${ascii}`,
  `CREATE TABLE provider_inbox (${bucket}, provider VARCHAR(12) NOT NULL, notify_id VARCHAR(64) NOT NULL, out_trade_no VARCHAR(64) NOT NULL, body MEDIUMBLOB NOT NULL, received_at ${time}, applied_at DATETIME(3) NULL,
     next_check_at DATETIME(3) NULL, PRIMARY KEY (bucket, provider, notify_id), KEY ix_check (next_check_at)) ${ascii}`,
  `CREATE TABLE provider_payment (${bucket}, provider VARCHAR(12) NOT NULL, merchant VARCHAR(32) NOT NULL, transaction_id VARCHAR(64) NOT NULL, attempt_id ${id}, order_id ${id}, total_fen BIGINT NOT NULL, refundable_fen BIGINT NOT NULL,
     surplus_fen BIGINT NOT NULL DEFAULT 0, paid_at ${time}, business_paid_at ${time}, state VARCHAR(12) NOT NULL, PRIMARY KEY (bucket, provider, merchant, transaction_id), UNIQUE KEY uq_attempt (bucket, attempt_id),
     KEY ix_order (bucket, order_id)) ${ascii}`,
  `CREATE TABLE ledger_entry (${bucket}, source VARCHAR(12) NOT NULL, source_id ${id}, line SMALLINT UNSIGNED NOT NULL, ledger_account VARCHAR(40) NOT NULL, amount_fen BIGINT NOT NULL, business_day DATE NOT NULL, created_at ${time},
     PRIMARY KEY (bucket, source, source_id, line)) ${ascii}`,
  `CREATE TABLE event (${bucket}, aggregate VARCHAR(12) NOT NULL, aggregate_id ${id}, seq INT UNSIGNED NOT NULL, event_id ${id}, name VARCHAR(40) NOT NULL, actor VARCHAR(40) NOT NULL, data JSON NOT NULL, created_at ${time},
     PRIMARY KEY (bucket, aggregate, aggregate_id, seq), KEY ix_feed (event_id)) ${utf8}`,
  `CREATE TABLE refund (${bucket}, refund_id ${id}, order_id ${id}, item_no SMALLINT UNSIGNED NULL, provider VARCHAR(12) NOT NULL, merchant VARCHAR(32) NOT NULL, transaction_id VARCHAR(64) NOT NULL, out_refund_no VARCHAR(32) NOT NULL,
     reason VARCHAR(20) NOT NULL, amount_fen BIGINT NOT NULL, state VARCHAR(16) NOT NULL, is_live TINYINT UNSIGNED NULL, next_check_at DATETIME(3) NULL, version INT UNSIGNED NOT NULL DEFAULT 0, created_at ${time},
     PRIMARY KEY (bucket, refund_id), UNIQUE KEY uq_no (bucket, out_refund_no), UNIQUE KEY uq_item (bucket, order_id, item_no, is_live), KEY ix_check (next_check_at)) ${ascii}`,
]

/** Everything that one payment touches, from the enrolment to the ledger. */
export class Spine1732400000000 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const statement of tables) await db.query(statement)
  }
  async down(): Promise<void> {
    throw new Error('migrations go forward only')
  }
}
