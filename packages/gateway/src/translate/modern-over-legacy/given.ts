import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import type { ModernRequest } from '../../upstream/modern-upstream.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { SessionLost, type UpstreamResponse } from '../../upstream/upstream.ts'
import type { ClientWords } from './client-words.ts'
import { mayAsk } from './legacy-call.ts'
import type { Lease } from './legacy-session.ts'
import type { ModernWords } from './modern-words.ts'
import type { SessionPool } from './session-pool.ts'

/** A modern request of somebody, taken apart. */
export type Given = {
  readonly server: ServerEntity
  readonly caller: CallerIdentity
  readonly request: ModernRequest
  readonly words: ModernWords
  readonly client: ClientWords
}

/** Works with a session of this client; once more with another one when the server did not know the first. The work releases the lease. */
export type WithSession = (
  given: Given,
  work: (lease: Lease) => Promise<UpstreamResponse>,
) => Promise<UpstreamResponse>

/** Leases sessions of a pool for the work that requests are. */
export function createWithSession(pool: SessionPool): WithSession {
  return async ({ caller, server, client, request, words }, work) => {
    const { taskId } = words
    const use = { caller, server, words: client, mayAsk: mayAsk(request.method), taskId }
    for (let isAgain = false; ; isAgain = true) {
      const lease = await pool.lease(use)
      try {
        return await work(lease)
      } catch (error) {
        lease.release()
        if (!(error instanceof SessionLost)) throw error
        const problem = refuseUpstream('upstream.failed', { detail: error.message, cause: error })
        pool.drop(lease.session, problem)
        // The server said that it does not know the session, so it did not run the call.
        if (isAgain) throw problem
      }
    }
  }
}
