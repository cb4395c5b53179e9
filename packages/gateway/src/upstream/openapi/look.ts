import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CancelSignal } from '../../cancel.ts'
import { withDeadline } from '../deadline.ts'
import { abortReason, exchange } from '../http/exchange.ts'
import { transportProblem } from '../http/http-upstream.ts'
import type { HttpPools } from '../http/pools.ts'
import { refuseUpstream } from '../problems.ts'
import { transportOf } from './read-catalog.ts'

/** Statuses by which a proxy says that nobody is behind it. */
const NOBODY_BEHIND: ReadonlySet<number> = new Set([502, 503, 504])

/**
 * Whether the host of an API answers: HEAD on its base address, without a credential, so that a look has no effect
 * and gives nothing away. Any answer but a proxy's excuse counts.
 */
export async function lookAtApi(
  pools: HttpPools,
  server: ServerEntity,
  outer: CancelSignal | undefined,
): Promise<void> {
  const { baseUrl: url, headers } = transportOf(server)
  await withDeadline(server.limits.callTimeoutMs, outer, async (signal) => {
    try {
      const { pool, path } = pools.targetOf(server, { url, headers })
      const { status } = await exchange(pool, {
        method: 'HEAD',
        path,
        headers: { 'user-agent': 'mcp-orchestra', accept: '*/*' },
        body: undefined,
        headersTimeoutMs: 0,
        bodyTimeoutMs: 0,
        signal,
      })
      if (NOBODY_BEHIND.has(status))
        throw refuseUpstream('upstream.failed', { detail: `it answered a look with ${status}` })
    } catch (error) {
      throw signal.aborted ? abortReason(signal) : transportProblem(error)
    }
  })
}
