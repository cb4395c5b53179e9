import type { Id, Instant } from '@mcp-orchestra/kernel'
import type { Check, Finding } from './check.ts'

/** How many things each check compared. */
export type Compared = Readonly<Record<Check, number>>

/** A reconciliation that has ended: what it compared, and every difference. */
export type Reconciliation = {
  readonly id: Id<'rcn'>
  /** A key or a member; null: the nightly job. */
  readonly askedBy: string | null
  readonly startedAt: Instant
  readonly finishedAt: Instant
  readonly compared: Compared
  /** The first {@link FINDINGS_KEPT_MAX}. */
  readonly findings: readonly Finding[]
  /** How many there were. */
  readonly found: number
}

/** Findings that are kept, each with a case: beyond a thousand it is one fault, and the number tells it. */
export const FINDINGS_KEPT_MAX = 1_000
