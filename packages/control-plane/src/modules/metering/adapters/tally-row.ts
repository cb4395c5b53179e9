import type { Instant } from '@mcp-orchestra/kernel'
import type { Tally } from '../meter/measure.ts'
import type { Window } from '../meter/windows.ts'

/** A tally as the statements write it; `level_ms` only where levels were asked for. */
export type TallyRow = {
  readonly events: bigint
  readonly sum: bigint
  readonly least: bigint | null
  readonly most: bigint | null
  readonly latest: bigint | null
  readonly members: bigint
  readonly level_ms: bigint
}

/** Reads one; a window that is not over has lasted until now. */
export function tallyOf(row: TallyRow, { from, to }: Window, now: Instant): Tally {
  return {
    events: row.events,
    sum: row.sum,
    least: row.least,
    most: row.most,
    latest: row.latest,
    members: row.members,
    levelMs: row.level_ms,
    durationMs: BigInt(Math.max(0, Math.min(to, now) - from)),
  }
}
