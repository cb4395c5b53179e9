import { assert, toRfc3339, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import { pgOf } from '../../../infra/postgres/index.ts'
import type { LedgerEpoch } from '../incarnation/ledger-epoch.ts'
import type { EpochStore } from '../ports.ts'

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
