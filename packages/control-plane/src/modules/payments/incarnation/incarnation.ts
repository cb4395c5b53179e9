import type { Id, Instant } from '@mcp-orchestra/kernel'

/** `open` spends and ships; `ended` said its last word; `lost` was given up by an operator's act. */
export type IncarnationState = 'open' | 'ended' | 'lost'

/** One start of a gateway process (spending §1.4). */
export type Incarnation = {
  readonly id: Id<'inc'>
  /** The gateway that it ran as. */
  readonly slot: string
  readonly state: IncarnationState
  readonly reportedEpoch: number
  readonly reportedSeq: number
  /** The later process that found its journal: from then on this one gets no lease. */
  readonly successorId: Id<'inc'> | null
  readonly registeredAt: Instant
}
