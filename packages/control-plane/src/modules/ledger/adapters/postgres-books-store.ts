import { toRfc3339, type Instant, type Transaction } from '@mcp-orchestra/kernel'
import { freezeView, pgOf } from '../../../infra/postgres/index.ts'
import type { BooksStore } from '../ports.ts'
import * as sql from './books-statements.ts'
import { accountOf, sumsOf, transferOf } from './rows.ts'
import type { AccountSumsRow, SumsRow, TransferRow } from './rows.ts'

/** How long a day's close waits for writers, in ms: nobody else writes while it waits. */
const CLOSE_WAIT_MS = 1_000

/** No account has this id: one that is not open has moved nothing. */
const NO_ACCOUNT = 0n

/** The books of the past, in PostgreSQL. */
export const postgresBooksStore: BooksStore = {
  async readStatement(tx, { account, asset, from, to, afterSeq, limit }) {
    const pg = pgOf(tx)
    await freezeView(tx)
    const found = await pg.query<{ id: bigint }>({
      text: sql.FIND_ACCOUNT,
      values: [account, asset],
    })
    const id = found.rows[0]?.id ?? NO_ACCOUNT
    const sumsAt = async (at: Instant, seq: bigint | null) => {
      const { rows } = await pg.query<SumsRow>({
        name: 'ledger.sums_at',
        text: sql.SUMS_AT,
        values: [id, toRfc3339(at), seq],
      })
      return sumsOf(rows[0] ?? { dp: 0n, cp: 0n, dh: 0n, ch: 0n })
    }
    const opening = await sumsAt(from, null)
    const closing = await sumsAt(to, null)
    const before = afterSeq === undefined ? opening : await sumsAt(from, afterSeq)
    // Not prepared: planned without its limit, it would read and sort the rest of the period for each page.
    const entries = await pg.query<TransferRow>({
      text: sql.ENTRIES,
      values: [id, toRfc3339(from), afterSeq ?? null, toRfc3339(to), limit],
    })
    return {
      opening,
      closing,
      before,
      transfers: entries.rows.map(transferOf),
      openFrom: await readOpenFrom(tx),
    }
  },
  async balancesAt(tx, at) {
    const { rows } = await pgOf(tx).query<AccountSumsRow>({
      text: sql.BALANCES_AT,
      values: [toRfc3339(at)],
    })
    return rows.map(accountOf)
  },
  openFrom: readOpenFrom,
  async nextDay(tx) {
    const { rows } = await pgOf(tx).query<{ day: string }>({ text: sql.NEXT_DAY })
    return rows[0]?.day
  },
  async closeDay(tx, day) {
    await pgOf(tx).query({ text: `set local lock_timeout = ${CLOSE_WAIT_MS}` })
    await pgOf(tx).query({ text: 'lock table ledger.transfers in share mode' })
    await pgOf(tx).query({ text: sql.CLOSE_DAY, values: [day] })
  },
  async drawClosing(tx, day) {
    await pgOf(tx).query({ text: 'set local statement_timeout = 0' })
    await pgOf(tx).query({ text: sql.DRAW_CLOSING, values: [day] })
  },
}

async function readOpenFrom(tx: Transaction): Promise<Instant | undefined> {
  const { rows } = await pgOf(tx).query<{ open_from: Instant | null }>({ text: sql.OPEN_FROM })
  return rows[0]?.open_from ?? undefined
}
