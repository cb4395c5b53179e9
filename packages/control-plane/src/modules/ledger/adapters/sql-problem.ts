import { sqlErrorOf } from '../../../infra/postgres/index.ts'
import { refuse } from '../problems.ts'

type Code = Parameters<typeof refuse>[0]

/** Which refusal the database means, by the constraint or the column that was violated. */
const BY_CONSTRAINT: Readonly<Record<string, Code>> = {
  insufficient_funds: 'ledger.insufficient_funds',
  credit_limit_reached: 'ledger.insufficient_funds',
  asset_is_listed: 'ledger.asset_delisted',
  nobody_holds_it: 'ledger.asset_held',
  metering_unit_stays: 'ledger.asset_held',
  one_asset_per_id: 'ledger.asset_exists',
  one_asset_per_code: 'ledger.asset_exists',
  assets_asset_key: 'ledger.asset_exists',
  resolution_shape: 'ledger.hold_exceeded',
  resolves_a_hold: 'ledger.unknown_hold',
  two_accounts: 'ledger.invalid_transfer',
  transfers_amount_check: 'ledger.invalid_transfer',
}
const BY_COLUMN: Readonly<Record<string, Code>> = {
  asset_id: 'ledger.unknown_asset',
  debit_id: 'ledger.unknown_account',
  credit_id: 'ledger.unknown_account',
}
/** SQLSTATE not_null_violation: a name that was looked up and not found. */
const NOT_NULL_VIOLATION = '23502'

/** The module's problem for an error of the database; what is not a refusal passes as it is. */
export function translate(thrown: unknown, members: Record<string, unknown>): unknown {
  const error = sqlErrorOf(thrown)
  if (error === undefined) return thrown
  const code =
    error.code === NOT_NULL_VIOLATION
      ? BY_COLUMN[error.column ?? '']
      : BY_CONSTRAINT[error.constraint ?? '']
  return code === undefined ? thrown : refuse(code, { cause: thrown, members })
}
