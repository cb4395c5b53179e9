import { assetId } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { AccountName } from '../account-name.ts'
import type { LedgerAudit } from '../audit.ts'
import { CLOSING_DIFFERENCES, GROUP_TOTALS } from './audit-statements.ts'
import { differenceOf, sumsOf, type AccountSumsRow, type AuditRow } from './rows.ts'
import { AUDIT } from './statements.ts'

type ClosingRow = AccountSumsRow & {
  day: string
  rdp: bigint
  rcp: bigint
  rdh: bigint
  rch: bigint
}

/** The ledger's audit in PostgreSQL; each question is one statement, so one moment. */
export const postgresLedgerAudit: LedgerAudit = {
  async accounts(tx) {
    const { rows } = await pgOf(tx).query<AuditRow>({ text: AUDIT })
    return rows.map(differenceOf)
  },
  async closings(tx) {
    const { rows } = await pgOf(tx).query<ClosingRow>({ text: CLOSING_DIFFERENCES })
    return rows.map((row) => ({
      name: row.name as AccountName,
      asset: assetId(row.asset),
      day: row.day,
      drawn: sumsOf(row),
      rebuilt: sumsOf({ dp: row.rdp, cp: row.rcp, dh: row.rdh, ch: row.rch }),
    }))
  },
  async groupTotals(tx, ids) {
    const { rows } = await pgOf(tx).query<{ id: string; total: bigint }>({
      name: 'ledger.group_totals',
      text: GROUP_TOTALS,
      values: [ids],
    })
    return new Map(rows.map(({ id, total }) => [id, total]))
  },
}
