import type { AssetId, Instant, Rate } from '@mcp-orchestra/kernel'
import type { Signature } from '../signing/signer.ts'

/** What is quoted: how many decimal places it has, and whether one unit is meant to be one USD. */
export type QuotedAsset = {
  readonly id: AssetId
  readonly scale: number
  readonly stablecoin: boolean
}

/** A rate that an operator set, with the platform's signature: a row that somebody edited quotes nothing. */
export type ManualRate = {
  readonly kind: 'manual'
  /** USD for one whole unit, as it was typed. */
  readonly usd: string
  readonly setAt: string
  readonly setBy: string
  readonly signature: Signature
}

/** An address that answers JSON, and where in it the price and its time are (RFC 6901). */
export type HttpRate = {
  readonly kind: 'http'
  readonly url: string
  readonly pricePointer: string
  readonly updatedAtPointer: string
}

/** One source of one asset. */
export type QuoteSource = {
  readonly name: string
  readonly asset: QuotedAsset
  /** Lowest first. */
  readonly rank: number
  /** Older readings are stale. Each source has its own: a shared one is too long for one and too short for another. */
  readonly heartbeatMs: number
  readonly detail: ManualRate | HttpRate
  readonly changedAt: Instant
}

/** What a source said: USD for one whole unit, and when that was so. */
export type Reading = { readonly usdPerWhole: Rate; readonly updatedAt: Instant }

/** A source's answer, or a sentence why there is none: whoever reads one never throws, never guesses, and does not judge its age. */
export type Answer =
  | { readonly kind: 'read'; readonly reading: Reading }
  | { readonly kind: 'failed'; readonly reason: string }
