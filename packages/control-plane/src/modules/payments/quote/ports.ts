import type { AssetId, Id, Instant, Transaction } from '@mcp-orchestra/kernel'
import type { SignedQuote } from './quote.ts'
import type { QuoteSource } from './source.ts'

/** What a quote was used for: names the payment, so that a repeat is told from a second use. */
export type QuoteUse = { readonly rail: string; readonly reference: string }

/** Sources of rates. */
export interface QuoteSourceStore {
  all(tx: Transaction): Promise<QuoteSource[]>
  /** In order of rank. */
  ofAsset(tx: Transaction, asset: AssetId): Promise<QuoteSource[]>
  /** Holds off other changes of sources until commit. */
  lock(tx: Transaction): Promise<void>
  put(tx: Transaction, source: QuoteSource): Promise<void>
  /** Whether it was there. */
  remove(tx: Transaction, name: string): Promise<boolean>
}

/** Quotes, their one use, and what rounding left to payers. */
export interface QuoteStore {
  add(tx: Transaction, quote: SignedQuote): Promise<void>
  find(tx: Transaction, id: Id<'quo'>): Promise<SignedQuote | undefined>
  useOf(tx: Transaction, id: Id<'quo'>): Promise<QuoteUse | undefined>
  /** The database refuses a second one. */
  addUse(tx: Transaction, id: Id<'quo'>, use: QuoteUse, at: Instant): Promise<void>
  carry(tx: Transaction, organizationId: Id<'org'>, asset: AssetId): Promise<bigint>
  /** The same, locked until commit. */
  lockCarry(tx: Transaction, organizationId: Id<'org'>, asset: AssetId): Promise<bigint>
  saveCarry(
    tx: Transaction,
    organizationId: Id<'org'>,
    asset: AssetId,
    amount: bigint,
  ): Promise<void>
  /** Forgets unused quotes that expired before; returns how many. */
  prune(tx: Transaction, before: Instant, limit: number): Promise<number>
}
