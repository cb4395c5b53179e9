import type { Instant } from '@mcp-orchestra/kernel'

/** The number of the database's history; while frozen nothing new is granted (spending §5.18). */
export type LedgerEpoch = {
  readonly epoch: number
  readonly frozen: boolean
  readonly reason: string
  readonly raisedAt: Instant
}

/** The history of a database cluster: which cluster, and which of its timelines (PostgreSQL §26.3.6). */
export type DatabaseHistory = { readonly systemIdentifier: bigint; readonly timeline: number }
