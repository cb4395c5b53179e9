import { assert, type Clock, type Transaction, type Transactions } from '@mcp-orchestra/kernel'
import {
  outcomeOf,
  type RailOrder,
  type RailOrderChange,
  type RailOrderStore,
} from './rail-order.ts'
import type { RailOrderKind, RailOutcome } from './rail-outcome.ts'
import type { RailRequest } from './rail.ts'

/** What the rails that live in our own database are built on. */
export type OrderBookDeps = {
  readonly transactions: Transactions
  readonly railOrders: RailOrderStore
  readonly clock: Clock
}

/** The orders of one rail of our own: each is placed once, and changes by the rail's own rules. */
export interface OrderBook {
  /** Places an order and does its work in one transaction; under a key that was used, answers what is there. */
  place(
    kind: RailOrderKind,
    request: RailRequest,
    work: (tx: Transaction) => Promise<RailOrderChange>,
  ): Promise<RailOutcome>
  /** Changes an order as the work says; without a change it stays. An unknown key is `absent`. */
  change(
    kind: RailOrderKind,
    key: string,
    work: (tx: Transaction, order: RailOrder) => Promise<RailOrderChange | RailOutcome>,
  ): Promise<RailOutcome>
  status(kind: RailOrderKind, key: string): Promise<RailOutcome>
}

/** Opens the book of a rail. */
export function createOrderBook(deps: OrderBookDeps, rail: string): OrderBook {
  const { transactions, railOrders, clock } = deps
  return {
    place: (kind, request, work) =>
      transactions.run(async (tx) => {
        const { order, isNew } = await railOrders.addOnce(tx, {
          rail,
          kind,
          key: request.key,
          organizationId: request.organizationId,
          amount: request.amount,
          state: 'pending',
          claimed: 0n,
          reference: null,
          reason: null,
          createdAt: clock.now(),
        })
        assert(
          order.organizationId === request.organizationId &&
            order.amount.amount === request.amount.amount &&
            order.amount.asset === request.amount.asset,
          'a key of a rail always names the same order',
        )
        if (!isNew) return outcomeOf(order)
        const change = await work(tx)
        if (change.state !== 'pending') await railOrders.change(tx, order, change, clock.now())
        return outcomeOf({ ...order, ...change })
      }),
    change: (kind, key, work) =>
      transactions.run(async (tx) => {
        const order = await railOrders.lock(tx, { rail, kind, key })
        if (order === undefined) return outcomeOf(order)
        const change = await work(tx, order)
        if ('kind' in change) return change
        await railOrders.change(tx, order, change, clock.now())
        return outcomeOf({ ...order, ...change })
      }),
    status: (kind, key) =>
      transactions.run(async (tx) => outcomeOf(await railOrders.find(tx, { rail, kind, key }))),
  }
}
