import type { Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../authorize/caller.ts'
import type { RunningCall } from '../../revocation.ts'
import type { OpenLink } from '../../upstream/links.ts'
import type { ModernRequest, ModernUpstream } from '../../upstream/modern-upstream.ts'
import { Parking, type ParkingBounds } from './parking.ts'
import { SessionPool, type PoolBounds } from './session-pool.ts'
import { createSend } from './send.ts'

/** What a modern view of legacy servers is made of. */
export type ModernOverLegacyParts = {
  readonly openLink: OpenLink
  readonly mintId: () => number
  readonly clock: Clock
  /** The slot of this gateway: it names the owner in the states of calls that wait. */
  readonly slot: string
  /** Other bounds than the usual ones, for tests. */
  readonly bounds?: PoolBounds & ParkingBounds
}

/** Legacy servers as modern clients see them, and what is kept for that. */
export interface ModernOverLegacy extends ModernUpstream {
  /** Ends the sessions that match, with their calls and streams; returns how many. */
  dropWhere(matches: (running: RunningCall) => boolean, reason: Error): number
  /** Ends a session with a process that was idle longest, of one holder or of all; whether there was one. */
  endIdleProcess(isHolder: (caller: CallerIdentity) => boolean, idleMs: number): boolean
  /** Sessions that are kept, and calls that wait for their clients. */
  load(): { readonly pooled: number; readonly parked: number }
  close(reason: Error): Promise<void>
}

/** Shows legacy servers as modern ones: sessions with them are kept here, for each caller apart. */
export function createModernOverLegacy(parts: ModernOverLegacyParts): ModernOverLegacy {
  const pool = new SessionPool({ ...parts, ...parts.bounds })
  const parking = new Parking({ slot: parts.slot, ...parts.bounds })
  const send = createSend({ pool, parking })
  return {
    send: (server, request: ModernRequest) => send(server, request),
    dropWhere: (matches, reason) => pool.dropWhere(matches, reason),
    endIdleProcess: (isHolder, idleMs) => pool.endIdleProcess(isHolder, idleMs),
    load: () => ({ pooled: pool.size, parked: parking.size }),
    close: (reason) => pool.close(reason),
  }
}
