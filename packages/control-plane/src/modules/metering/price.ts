import type { AssetId, Id, Instant } from '@mcp-orchestra/kernel'

/** Platform fee of a price version when nobody agreed otherwise: 250 bps are 2.5 % (architecture §10). */
export const FEE_BPS_DEFAULT = 250

/** An immutable price version of one tool, per call, in the asset's smallest unit (spending §2.7). */
export type Price = {
  readonly id: Id<'prc'>
  readonly serverId: Id<'srv'>
  readonly tool: string
  /** Counts from 1 per (server, tool). */
  readonly version: number
  /** Who owned the server at publication: who is paid under this version. */
  readonly publisherId: Id<'org'>
  readonly amount: bigint
  readonly asset: AssetId
  /** Fixed in the version: a later fee schedule never reaches back. */
  readonly feeBps: number
  readonly publishedAt: Instant
  readonly startsAt: Instant
}
