import type { UsageEvent } from '@mcp-orchestra/sdk'

/** Outcomes that are no failure: the call is complete, or goes on in another one. */
const WELL: ReadonlySet<UsageEvent['outcome']> = new Set([
  'complete',
  'input_required',
  'task_created',
])

/** Whether a call ended as it should. */
export function endedWell({ outcome }: Pick<UsageEvent, 'outcome'>): boolean {
  return WELL.has(outcome)
}
