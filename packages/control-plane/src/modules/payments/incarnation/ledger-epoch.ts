import type { Instant } from '@mcp-orchestra/kernel'

/** The number of the database's history; while frozen nothing new is granted (spending §5.18). */
export type LedgerEpoch = {
  readonly epoch: number
  readonly frozen: boolean
  readonly reason: string
  readonly raisedAt: Instant
}
