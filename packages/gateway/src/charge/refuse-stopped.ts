import type { StopEntity } from '@mcp-orchestra/api/snapshot'
import type { Problem } from '@mcp-orchestra/kernel'
import { refuse } from './problems.ts'

/** What a caller is told whose spending was stopped, before the call or in the middle of it (spending §7.20). */
export function spendingStopped({ id, scope, reason }: StopEntity): Problem {
  return refuse('charge.spending_stopped', {
    detail: `Spending of this ${scope.kind} is stopped: ${reason}`,
    members: { stopId: id, scope: { ...scope } },
  })
}
