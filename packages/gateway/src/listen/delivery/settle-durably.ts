import { Problem } from '@mcp-orchestra/kernel'
import type { Settlement } from '../../charge/charge.ts'
import type { Call } from '../../upstream/call.ts'
import { refuseUpstream } from '../../upstream/problems.ts'

/** Settles; whatever the charge path throws becomes a problem, so that the client is told that nothing was charged. */
export async function settleDurably(
  call: Call,
  settle: () => Promise<Settlement | undefined>,
): Promise<Settlement | undefined> {
  try {
    return await settle()
  } catch (error) {
    if (error instanceof Problem) throw error
    throw refuseUpstream('upstream.busy', {
      detail: `the charge for ${call.facts.method} could not be recorded`,
      cause: error,
    })
  }
}
