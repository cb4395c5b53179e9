import type { AssetId, Id, Money } from '@mcp-orchestra/kernel'
import type { Destination } from './destination.ts'
import type { RailOrderKind, RailOutcome } from './rail-outcome.ts'

/**
 * A way for money to come in, to be set aside and to go out: `rail.contract.ts` says what each must keep.
 * Its effects may lie outside of our database, so it is never called within a transaction: whoever calls
 * writes the intent first, and the outcome after. What a rail cannot do, it does not have.
 */
export interface Rail {
  /** Names its account too, `rail:<name>:clearing`: small letters, digits and hyphens, at most 32. */
  readonly name: string
  /** What it moves. */
  readonly assets: readonly RailAsset[]
  /** `final`: what is done stays done. `reversible`: a payout that was done may come back. */
  readonly finality: 'final' | 'reversible'
  /** What became of an order; the only way to ask about one whose outcome is not known. Moves nothing. */
  status(kind: RailOrderKind, key: string): Promise<RailOutcome>
  readonly deposits?: RailDeposits
  readonly holds?: RailHolds
  readonly payouts?: RailPayouts
}

/** An asset that a rail moves, and how finely. */
export type RailAsset = {
  readonly asset: AssetId
  /** The smallest amount that it can move, in the asset's smallest unit: 10^16 of USD is a cent. */
  readonly unit: bigint
}

/** Money that is to move. The same key never moves it twice; other content under a key is a bug. */
export type RailRequest = {
  readonly key: string
  /** Whose money it is, or becomes. */
  readonly organizationId: Id<'org'>
  readonly amount: Money
}

/** Money that comes in for an organization. */
export interface RailDeposits {
  deposit(request: RailRequest & { readonly reference: string }): Promise<RailOutcome>
}

/** A payer's money that is set aside, then claimed in part or whole, or released: once. */
export interface RailHolds {
  hold(request: RailRequest): Promise<RailOutcome>
  /** Claims at most what is held under the key, and releases the rest. */
  claim(key: string, amount: Money): Promise<RailOutcome>
  release(key: string): Promise<RailOutcome>
}

/** Money that goes out to a payee. */
export interface RailPayouts {
  /** Less is not worth sending, in the asset's smallest unit. */
  readonly minimum: bigint
  /** Why it cannot pay to a destination; undefined when it can. */
  refusalOf(destination: Destination): string | undefined
  send(request: RailRequest & { readonly destination: Destination }): Promise<RailOutcome>
  /**
   * Present where a person carries payouts out by hand: their word for what became of one. A word that
   * cannot follow what was said before changes nothing; what is there is answered.
   */
  readonly byHand?: { report(key: string, report: PayoutReport): Promise<RailOutcome> }
}

/** What a person says of a payout that was carried out by hand. */
export type PayoutReport =
  | { readonly kind: 'paid'; readonly reference: string }
  | { readonly kind: 'failed' | 'returned'; readonly reason: string }
