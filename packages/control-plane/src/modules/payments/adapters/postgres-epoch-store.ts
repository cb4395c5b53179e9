import { assert, toRfc3339, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { DatabaseHistory, LedgerEpoch } from '../incarnation/ledger-epoch.ts'
import type { EpochStore } from '../ports.ts'

type HistoryRow = { system_identifier: bigint | null; timeline: number | null }
type Row = { epoch: number; frozen: boolean; reason: string; raised_at: Instant }

/** The one row of `payments.ledger_epoch`. */
export const postgresEpochStore: EpochStore = {
  read: (tx) => select(tx, ''),
  hold: (tx) => select(tx, 'for share'),
  lock: (tx) => select(tx, 'for update'),
  async write(tx, { epoch, frozen, reason, raisedAt }) {
    await pgOf(tx).query({
      text: 'update payments.ledger_epoch set epoch = $1, frozen = $2, reason = $3, raised_at = $4',
      values: [epoch, frozen, reason, toRfc3339(raisedAt)],
    })
  },
  async databaseHistory(tx) {
    const allowed = await pgOf(tx).query<{ allowed: boolean }>({
      text: `select has_function_privilege('pg_control_system()', 'execute')
               and has_function_privilege('pg_walfile_name(pg_lsn)', 'execute') as allowed`,
    })
    if (allowed.rows[0]?.allowed !== true) return undefined
    // The timeline by the log's file name: the control file's is as old as the last checkpoint.
    const { rows } = await pgOf(tx).query<HistoryRow>({
      text: `select system_identifier,
               ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer as timeline
             from pg_control_system()`,
    })
    return historyOf(rows[0])
  },
  async rememberedHistory(tx) {
    const { rows } = await pgOf(tx).query<HistoryRow>({
      text: 'select system_identifier, timeline from payments.ledger_epoch',
    })
    return historyOf(rows[0])
  },
  async rememberHistory(tx, { systemIdentifier, timeline }) {
    await pgOf(tx).query({
      text: 'update payments.ledger_epoch set system_identifier = $1, timeline = $2',
      values: [systemIdentifier, timeline],
    })
  },
}

async function select(
  tx: Transaction,
  lock: '' | 'for share' | 'for update',
): Promise<LedgerEpoch> {
  const { rows } = await pgOf(tx).query<Row>({
    text: `select epoch, frozen, reason, raised_at from payments.ledger_epoch ${lock}`,
  })
  const [row] = rows
  assert(row !== undefined, 'the ledger has an epoch')
  return { epoch: row.epoch, frozen: row.frozen, reason: row.reason, raisedAt: row.raised_at }
}

function historyOf(row: HistoryRow | undefined): DatabaseHistory | undefined {
  if (row === undefined || row.system_identifier === null || row.timeline === null) return undefined
  return { systemIdentifier: row.system_identifier, timeline: row.timeline }
}
