import { fromUuid, toRfc3339, toUuid, type Transaction } from '@mcp-orchestra/kernel'
import { pgOf, type Database } from '../../../infra/postgres/index.ts'
import type { AccountName } from '../account-name.ts'
import { balanceOf } from '../balance.ts'
import type { LedgerStore, NewTransfer } from '../ports.ts'
import {
  accountOf,
  differenceOf,
  sumsOf,
  transferOf,
  type AccountSumsRow,
  type AuditRow,
  type TransferRow,
} from './rows.ts'
import { translate } from './sql-problem.ts'
import * as sql from './statements.ts'

/** The ledger's store in PostgreSQL: hot statements are prepared by name, the rules are the schema's. */
export function createPostgresStore(database: Pick<Database, 'query'>): LedgerStore {
  const on = (tx: Transaction | undefined) => (tx === undefined ? database : pgOf(tx))
  return {
    async openAccounts(tx, accounts, asset) {
      try {
        await pgOf(tx).query({
          name: 'ledger.open',
          text: sql.OPEN_ACCOUNTS,
          values: [
            accounts.map(({ name }) => name),
            accounts.map(({ rules }) => rules.debitLimited),
            accounts.map(({ rules }) => rules.creditLimited),
            accounts.map(({ rules }) => rules.shards),
            asset,
          ],
        })
      } catch (error) {
        throw translate(error, { asset })
      }
    },
    async insert(tx, transfers) {
      try {
        const { rows } = await pgOf(tx).query<{ id: string }>({
          name: 'ledger.insert',
          text: sql.INSERT_TRANSFERS,
          values: columnsOf(transfers),
        })
        return new Set(rows.map(({ id }) => fromUuid('txn', id)))
      } catch (error) {
        const [only, ...others] = transfers
        const single = others.length === 0 && only !== undefined
        throw translate(
          error,
          single ? { transfer: only.id, debit: only.debit, credit: only.credit } : {},
        )
      }
    },
    async resolve(tx, { kind, id, holdId, link, reference, ...rest }) {
      const money = 'amount' in rest ? rest.amount : undefined
      try {
        const { rowCount } = await pgOf(tx).query({
          name: 'ledger.resolve',
          text: sql.RESOLVE_HOLD,
          values: [
            toUuid(id),
            kind,
            toUuid(holdId),
            money?.amount ?? null,
            money?.asset ?? null,
            link ?? null,
            reference ?? null,
          ],
        })
        return rowCount === 1
      } catch (error) {
        throw translate(error, { transfer: id, hold: holdId })
      }
    },
    async contents(tx, ids) {
      const { rows } = await pgOf(tx).query<TransferRow>({
        name: 'ledger.contents',
        text: sql.TRANSFERS_BY_ID,
        values: [ids.map(toUuid)],
      })
      return new Map(
        rows.map(transferOf).map((transfer) => [transfer.id, { ...transfer, ...transfer.amount }]),
      )
    },
    async balances(tx, names, asset) {
      const { rows } = await on(tx).query<AccountSumsRow>({
        name: 'ledger.balances',
        text: sql.BALANCES,
        values: [names, asset],
      })
      return new Map(rows.map((row) => [row.name as AccountName, balanceOf(sumsOf(row))]))
    },
    async accounts({ organizationId, afterName, limit }) {
      const { rows } = await database.query<AccountSumsRow>({
        text: sql.ACCOUNTS,
        values: [organizationId ?? null, afterName ?? '', limit],
      })
      return rows.map(accountOf)
    },
    async transfers({ account, organizationId, ids, link, togetherWith, beforeSeq, limit }) {
      const matches = [
        ids?.map(toUuid) ?? null,
        link ?? null,
        togetherWith === undefined ? null : toUuid(togetherWith),
        beforeSeq ?? null,
        limit,
      ]
      const ofAll = account === undefined && organizationId === undefined
      const { rows } = await database.query<TransferRow>(
        ofAll
          ? { text: sql.TRANSFERS, values: matches }
          : {
              text: sql.TRANSFERS_OF,
              values: [...matches, organizationId ?? null, account ?? null],
            },
      )
      return rows.map(transferOf)
    },
    async audit() {
      const { rows } = await database.query<AuditRow>({ text: sql.AUDIT })
      return rows.map(differenceOf)
    },
  }
}

/** One array per column: a batch is one statement of one shape, prepared once. */
function columnsOf(transfers: readonly NewTransfer[]): unknown[] {
  return [
    transfers.map(({ id }) => toUuid(id)),
    transfers.map(({ kind }) => kind),
    transfers.map(({ debit }) => debit),
    transfers.map(({ credit }) => credit),
    transfers.map(({ amount }) => amount.amount),
    transfers.map(({ amount }) => amount.asset),
    transfers.map(({ link }) => link ?? null),
    transfers.map(({ reference }) => reference ?? null),
    transfers.map(({ expiresAt }) => (expiresAt === undefined ? null : toRfc3339(expiresAt))),
  ]
}
