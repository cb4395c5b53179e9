import type { Money } from '@mcp-orchestra/kernel'

/** What an order is for. */
export type RailOrderKind = 'deposit' | 'hold' | 'payout'

/** What became of an order. */
export type RailOutcome =
  /** The rail never heard of it: it may be placed. What is asked of it, or done to it, answers so. */
  | { readonly kind: 'absent' }
  /** Accepted, and under way. */
  | { readonly kind: 'pending' }
  /** The money has moved, or is held; `reference` is the rail's own name for it. */
  | { readonly kind: 'done'; readonly reference: string }
  /** Nothing moved, and nothing ever will under this key. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It had moved, and came back. */
  | { readonly kind: 'returned'; readonly reason: string }
  /** A hold of which this much was claimed, once and for all. */
  | { readonly kind: 'claimed'; readonly amount: Money }
  /** A hold that is free again. */
  | { readonly kind: 'released' }
  /** Nobody can say now: ask again, never place again. */
  | { readonly kind: 'unknown'; readonly reason: string }
