import { USD } from '@mcp-orchestra/kernel'
import { accountNames, type Ledger } from '../../ledger/index.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import type { LeaseStore } from '../ports.ts'
import { createOrderBook, type OrderBookDeps } from './order-book.ts'
import type { Rail } from './rail.ts'

/** What the prepaid balance is built on. */
export type BalanceRailDeps = OrderBookDeps & {
  readonly ledger: Ledger
  readonly leases: Pick<LeaseStore, 'lockPayer'>
}

/** Its name: `rail:balance:clearing`. */
export const BALANCE_RAIL = 'balance'

/**
 * Prepaid balances as a rail: holds of a payer's balance, and payouts that put earnings onto the
 * publisher's own. Its outside world is our own ledger: each order moves money in its own transaction,
 * so nothing is ever pending and nothing comes back.
 */
export function createBalanceRail(deps: BalanceRailDeps): Rail {
  const book = createOrderBook(deps, BALANCE_RAIL)
  const clearing = accountNames.clearing(BALANCE_RAIL)
  const { ledger, leases } = deps
  return {
    name: BALANCE_RAIL,
    assets: [{ asset: USD.id, unit: 1n }],
    finality: 'final',
    status: book.status,
    holds: {
      hold: (request) =>
        book.place('hold', request, async (tx) => {
          const { organizationId, amount, key } = request
          const available = accountNames.available(organizationId)
          // Grants take from the same balance under this lock: what was read is there when it is held.
          await leases.lockPayer(tx, organizationId)
          const balance = await ledger.balance(tx, available, amount.asset)
          if (balance.available < amount.amount) {
            return { state: 'refused', reason: 'the balance does not cover it' }
          }
          await ledger.openAccounts(tx, [available, clearing], amount.asset)
          const id = transferIdOf('rail', BALANCE_RAIL, 'hold', key)
          await ledger.hold(tx, { id, debit: available, credit: clearing, amount, reference: key })
          return { state: 'done', reference: id }
        }),
      claim: (key, amount) =>
        book.change('hold', key, async (tx, order) => {
          if (order.state === 'claimed' && order.claimed === amount.amount) {
            return { kind: 'claimed', amount }
          }
          if (order.state !== 'done' || amount.amount > order.amount.amount) {
            return { kind: 'refused', reason: 'the hold does not hold that much, or not any more' }
          }
          const holdId = transferIdOf('rail', BALANCE_RAIL, 'hold', key)
          const id = transferIdOf('rail', BALANCE_RAIL, 'claim', key)
          await ledger.postHold(tx, { id, holdId, amount, reference: key })
          return { state: 'claimed', claimed: amount.amount }
        }),
      release: (key) =>
        book.change('hold', key, async (tx, order) => {
          if (order.state === 'released') return { kind: 'released' }
          if (order.state !== 'done') {
            return { kind: 'refused', reason: 'the hold holds nothing any more' }
          }
          const holdId = transferIdOf('rail', BALANCE_RAIL, 'hold', key)
          const id = transferIdOf('rail', BALANCE_RAIL, 'release', key)
          await ledger.voidHold(tx, { id, holdId, reference: key })
          return { state: 'released' }
        }),
    },
    payouts: {
      minimum: 1n,
      refusalOf: ({ kind }) =>
        kind === 'balance' ? undefined : 'the balance rail pays to the own balance only',
      send: (request) =>
        book.place('payout', request, async (tx) => {
          const { organizationId, amount, key } = request
          const available = accountNames.available(organizationId)
          await ledger.openAccounts(tx, [available, clearing], amount.asset)
          const id = transferIdOf('rail', BALANCE_RAIL, 'payout', key)
          await ledger.post(tx, [
            { id, debit: clearing, credit: available, amount, reference: key },
          ])
          return { state: 'done', reference: id }
        }),
    },
  }
}
