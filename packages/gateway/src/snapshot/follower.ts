import { pause } from '../pause.ts'
import { SNAPSHOT_HEARTBEAT_MS } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { ControlPlaneLink } from '../link/link.ts'
import { Assembly, type WholeMessage } from './assembly.ts'

/** Four missed heartbeats mean that the link is gone (spending §7.20). */
export const LINK_SILENCE_MS: number = 4 * SNAPSHOT_HEARTBEAT_MS
/** A full snapshot of a large platform takes the control plane a while to write; so may each part of it to arrive. */
const FIRST_MESSAGE_MS = 10_000
/** Reconnects begin fast, because each second away counts against strict keys, and slow down to this. */
const BACKOFF_FIRST_MS = 50
const BACKOFF_MAX_MS = 1_000

/** What the follower tells while it keeps a connection to the control plane. */
export type FollowerPorts = {
  readonly link: Pick<ControlPlaneLink, 'followSnapshot'>
  readonly clock: Clock
  /** The version to ask after; 0 asks for a full snapshot. */
  after(): number
  /** `resync` ends this connection and asks for a full snapshot at once. */
  onMessage(message: WholeMessage, first: boolean): 'go on' | 'resync'
  onDisconnected(cause: unknown): void
}

/** A running connection loop. */
export interface Follower {
  /** Ends the loop and resolves when it has ended. */
  stop(): Promise<void>
}

/** Keeps following the snapshot stream: reconnects with backoff, and at once after a gap. */
export function startFollower(ports: FollowerPorts): Follower {
  const stopping = new AbortController()
  let resync = false

  const followOnce = async (): Promise<'resync' | 'ended' | 'heard'> => {
    const connection = new AbortController()
    const signal = AbortSignal.any([connection.signal, stopping.signal])
    const watchdog = watch(ports.clock, connection)
    const assembly = new Assembly()
    let first = true
    try {
      for await (const piece of ports.link.followSnapshot(resync ? 0 : ports.after(), signal)) {
        const message = assembly.take(piece)
        watchdog.heard(message === undefined ? FIRST_MESSAGE_MS : LINK_SILENCE_MS)
        if (message === undefined) continue
        resync = ports.onMessage(message, first) === 'resync'
        if (resync) return 'resync'
        first = false
      }
      ports.onDisconnected(new Error('the control plane ended the stream'))
    } catch (cause) {
      if (!stopping.signal.aborted) ports.onDisconnected(cause)
    } finally {
      watchdog.stop()
      connection.abort()
    }
    return first ? 'ended' : 'heard'
  }

  const loop = async (): Promise<void> => {
    let backoffMs = BACKOFF_FIRST_MS
    while (!stopping.signal.aborted) {
      const outcome = await followOnce()
      if (outcome === 'heard') backoffMs = BACKOFF_FIRST_MS
      // A resync pauses too, though only for the first step: a log that always shows a gap must not spin.
      await pause(outcome === 'ended' ? backoffMs : BACKOFF_FIRST_MS, stopping.signal)
      backoffMs = outcome === 'ended' ? Math.min(backoffMs * 2, BACKOFF_MAX_MS) : backoffMs
    }
  }

  const running = loop()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Aborts a connection that has been silent for too long. */
function watch(
  clock: Clock,
  connection: AbortController,
): { heard(nextWithinMs: number): void; stop(): void } {
  let heardAt = clock.monotonicMs()
  let allowedMs = FIRST_MESSAGE_MS
  const timer = setInterval(() => {
    if (clock.monotonicMs() - heardAt <= allowedMs) return
    connection.abort(new Error(`nothing heard for ${allowedMs} ms`))
  }, SNAPSHOT_HEARTBEAT_MS)
  timer.unref()
  return {
    heard(nextWithinMs) {
      heardAt = clock.monotonicMs()
      allowedMs = nextWithinMs
    },
    stop: () => clearInterval(timer),
  }
}
