import { SNAPSHOT_HEARTBEAT_MS, type SnapshotBarrier } from '@mcp-orchestra/api/snapshot'
import { toRfc3339, type Clock } from '@mcp-orchestra/kernel'
import type { Listener } from '../postgres/listener.ts'
import type { Log } from '../telemetry/log.ts'
import { createBarrier } from './barrier.ts'
import { coalesce } from './coalesce.ts'
import type { SnapshotFeed } from './feed.ts'
import { createLinkStream, type LinkStream } from './link-stream.ts'
import { SNAPSHOT_CHANNEL } from './log.ts'

/** The head is read this often even without a notification, in ms: one may be lost with its connection. */
const POLL_MS = 1_000
/**
 * Heartbeats stop when the head was not read for this long, in ms: a heartbeat says "you have all there
 * is", and without the database we do not know that.
 */
const HEAD_AGE_MAX_MS = 3_000

/** A gateway process as `GET /v1/status` tells of it. */
export type ConnectedGateway = {
  readonly gateway: string
  readonly incarnationId: string
  readonly acknowledgedVersion: number
  readonly connectedAt: string
}

/** Streams the snapshot to gateways, and commands beside it (spending §7.20, §1.5). */
export interface SnapshotPublisher {
  start(): Promise<void>
  close(): void
  /** A stream from a version on: a delta when the log still has it, else a full snapshot. */
  connect(link: {
    gateway: string
    incarnationId: string
    after: number
  }): ReadableStream<Uint8Array>
  acknowledge(link: { gateway: string; incarnationId: string; version: number }): void
  /** The newest version and the ledger's epoch, read now; wakes the streams that are behind. */
  head(): Promise<{ readonly version: number; readonly epoch: number }>
  readonly barrier: SnapshotBarrier
  /** False when that process is not connected. */
  recall(incarnationId: string, leaseIds: readonly string[]): boolean
  /** Asks all connected gateways to look at a server; returns their names. */
  probe(serverId: string, probeId: string): readonly string[]
  connected(): readonly ConnectedGateway[]
}

/** One publisher per control-plane process; the epoch is the ledger's (spending §5.18). */
export function createSnapshotPublisher(deps: {
  readonly feed: SnapshotFeed
  readonly listener: Pick<Listener, 'listen'>
  readonly readEpoch: () => Promise<number>
  readonly clock: Clock
  readonly log: Log
}): SnapshotPublisher {
  const { feed, listener, readEpoch, clock, log } = deps
  type Link = { stream: LinkStream; sent: number; pumping: boolean; connectedAt: string }
  const links = new Map<string, Link>()
  const barrier = createBarrier(clock)
  let headVersion = 0
  let epoch = 0
  let headReadAtMs = Number.NEGATIVE_INFINITY
  let closed = false
  const timers: NodeJS.Timeout[] = []

  const readHead = coalesce(async () => {
    const [version, epochNow] = await Promise.all([feed.head(), readEpoch()])
    headVersion = Math.max(headVersion, version)
    epoch = epochNow
    headReadAtMs = clock.monotonicMs()
    for (const link of links.values()) void pump(link)
    return { version: headVersion, epoch }
  })

  /** Brings one link up to the head; runs once at a time per link. */
  async function pump(link: Link): Promise<void> {
    if (link.pumping) return
    link.pumping = true
    try {
      while (links.get(link.stream.incarnationId) === link && link.sent !== headVersion) {
        // A link ahead of us has seen a history that this database lost: it must forget it.
        const part =
          link.sent > 0 && link.sent < headVersion ? await feed.after(link.sent) : undefined
        if (part === undefined) {
          const full = await feed.full()
          headVersion = Math.max(headVersion, full.version)
          link.sent = full.version
          link.stream.send({ type: 'full', epoch, ...full })
        } else {
          // The log may have grown since the head was read: what was sent is never ahead of the head.
          headVersion = Math.max(headVersion, part.version)
          link.stream.send({ type: 'delta', after: link.sent, ...part })
          link.sent = part.version
        }
      }
    } catch (error) {
      // The next poll tries again; the gateway sees heartbeats missing meanwhile.
      log.warn({ event: 'snapshot.read_failed', err: error }, 'the snapshot could not be read')
    } finally {
      link.pumping = false
    }
  }

  function beat(): void {
    if (clock.monotonicMs() - headReadAtMs > HEAD_AGE_MAX_MS) return
    for (const link of links.values()) {
      if (link.sent === 0) continue
      link.stream.send({ type: 'heartbeat', version: link.sent, epoch })
    }
  }

  function poll(): void {
    if (closed) return
    readHead().catch((error: unknown) => {
      log.warn({ event: 'snapshot.poll_failed', err: error }, 'the head could not be read')
    })
  }

  return {
    barrier,
    async start() {
      await readHead()
      await listener.listen(SNAPSHOT_CHANNEL, poll)
      timers.push(setInterval(beat, SNAPSHOT_HEARTBEAT_MS), setInterval(poll, POLL_MS))
    },
    close() {
      // The LISTEN ends with its connection: taking it back would wait for a database that may be gone.
      closed = true
      for (const timer of timers) clearInterval(timer)
      for (const link of links.values()) link.stream.close()
    },
    connect({ gateway, incarnationId, after }) {
      links.get(incarnationId)?.stream.close()
      const link: Link = {
        sent: after,
        pumping: false,
        connectedAt: toRfc3339(clock.now()),
        stream: createLinkStream({
          gateway,
          incarnationId,
          onClosed() {
            if (links.get(incarnationId) === link) links.delete(incarnationId)
            barrier.leave(incarnationId)
          },
        }),
      }
      links.set(incarnationId, link)
      barrier.join(incarnationId, gateway, Math.min(after, headVersion))
      // An empty log has no version to send: the first heartbeat would never come, so say so at once.
      if (headVersion === 0) link.stream.send({ type: 'full', version: 0, epoch, changes: [] })
      void pump(link)
      return link.stream.readable
    },
    acknowledge({ gateway, incarnationId, version }) {
      const link = links.get(incarnationId)
      if (link?.stream.gateway === gateway) barrier.acknowledge(incarnationId, version)
    },
    head: readHead,
    recall(incarnationId, leaseIds) {
      const link = links.get(incarnationId)
      return link?.stream.send({ type: 'recall', leaseIds: [...leaseIds] }) ?? false
    },
    probe(serverId, probeId) {
      const asked: string[] = []
      for (const { stream } of links.values()) {
        if (stream.send({ type: 'probe', serverId, probeId })) asked.push(stream.gateway)
      }
      return asked
    },
    connected() {
      return [...links.values()].map(({ stream, connectedAt }) => ({
        gateway: stream.gateway,
        incarnationId: stream.incarnationId,
        acknowledgedVersion: barrier.acknowledged(stream.incarnationId),
        connectedAt,
      }))
    },
  }
}
