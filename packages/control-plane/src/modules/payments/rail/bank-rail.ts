import { USD } from '@mcp-orchestra/kernel'
import { accountNames, type Ledger } from '../../ledger/index.ts'
import { transferIdOf } from '../journal/derived-id.ts'
import { faultOf } from './destination.ts'
import { createOrderBook, type OrderBookDeps } from './order-book.ts'
import { outcomeOf, type RailOrder, type RailOrderChange } from './rail-order.ts'
import type { RailOutcome } from './rail-outcome.ts'
import type { PayoutReport, Rail } from './rail.ts'

/** Its name: `rail:bank:clearing`. */
export const BANK_RAIL = 'bank'
/** A cent, in atto-USD: banks move nothing finer. */
const CENT = 10n ** 16n
/** A bank's own fee is some tenths of a dollar: less than a dollar is not worth a transfer. */
const MINIMUM = 100n * CENT

/**
 * A bank account that a person works by hand: deposits and results of payouts are the operator's word.
 * An order waits until somebody has carried it out, and a payout that was done may come back.
 */
export function createBankRail(deps: OrderBookDeps & { readonly ledger: Ledger }): Rail {
  const book = createOrderBook(deps, BANK_RAIL)
  return {
    name: BANK_RAIL,
    assets: [{ asset: USD.id, unit: CENT }],
    finality: 'reversible',
    status: book.status,
    deposits: {
      deposit: (request) =>
        book.place('deposit', request, async (tx) => {
          const { organizationId, amount, key, reference } = request
          const available = accountNames.available(organizationId)
          const clearing = accountNames.clearing(BANK_RAIL)
          await deps.ledger.openAccounts(tx, [available, clearing], amount.asset)
          const id = transferIdOf('rail', BANK_RAIL, 'deposit', key)
          await deps.ledger.post(tx, [
            { id, debit: clearing, credit: available, amount, reference: 'deposit by bank' },
          ])
          return { state: 'done', reference }
        }),
    },
    payouts: {
      minimum: MINIMUM,
      refusalOf: (destination) =>
        destination.kind === 'balance' ? 'a bank pays to bank accounts only' : faultOf(destination),
      send: (request) =>
        book.place('payout', request, () => Promise.resolve({ state: 'pending' } as const)),
      byHand: {
        report: (key, report) =>
          book.change('payout', key, (_tx, order) => Promise.resolve(changeOf(order, report))),
      },
    },
  }
}

/** pending → done | refused, done → returned; what cannot follow changes nothing, and what is there is answered. */
function changeOf(order: RailOrder, report: PayoutReport): RailOrderChange | RailOutcome {
  if (report.kind === 'paid' && order.state === 'pending') {
    return { state: 'done', reference: report.reference }
  }
  if (report.kind === 'failed' && order.state === 'pending') {
    return { state: 'refused', reason: report.reason }
  }
  if (report.kind === 'returned' && order.state === 'done') {
    return { state: 'returned', reason: report.reason }
  }
  return outcomeOf(order)
}
