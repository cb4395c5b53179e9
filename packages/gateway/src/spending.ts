import { mkdir } from 'node:fs/promises'
import type { IncarnationRequest } from '@mcp-orchestra/api/gateway-link'
import type { Clock, Ids } from '@mcp-orchestra/kernel'
import {
  createCharging,
  createPurchaseHistory,
  createTokenCounter,
  type GatewayCharging,
} from './charge/index.ts'
import type { ControlPlaneLink } from './link/link.ts'
import {
  createRecordLookup,
  createShipper,
  findJournals,
  openJournal,
  recoverJournals,
  type RecordEvents,
  type Timers,
} from './record/index.ts'
import type { FollowingReplica } from './snapshot/create-replica.ts'

/** What the charge path of one process is made of. */
export type SpendingPorts = {
  readonly gateway: string
  readonly incarnationId: string
  readonly journalDir: string
  readonly link: ControlPlaneLink
  readonly snapshot: FollowingReplica
  readonly clock: Clock
  readonly ids: Ids
  readonly timers: Timers
  readonly events: RecordEvents & {
    registerFailed(cause: unknown): void
    recoveryFailed(cause: unknown): void
  }
}

/** The charge path with its journal and the way to the control plane. */
export type Spending = {
  readonly charging: GatewayCharging
  /** Closes every lease, ships what is left within the deadline, and closes the journal. */
  stop(deadlineMs: number): Promise<void>
}

/** How long a start waits for the control plane before it serves what it can: free calls, from the copy on disk. */
const REGISTER_WAIT_MS = 2_000
const REGISTER_PAUSE_FIRST_MS = 250
const REGISTER_PAUSE_MAX_MS = 5_000

/**
 * Replays the journals of earlier processes, opens this one's, and registers. While the control plane is
 * away registering goes on in the background: paid calls then find no lease and are refused (spending §1.5).
 * Throws JournalDamaged with a sentence when a journal cannot be replayed.
 */
export async function startSpending(ports: SpendingPorts): Promise<Spending> {
  const { incarnationId, link, clock, timers, events } = ports
  await mkdir(ports.journalDir, { recursive: true, mode: 0o700 })
  const history = createPurchaseHistory(clock)
  const found = findJournals({ root: ports.journalDir, clock, visit: history.visit })
  const journal = await openJournal({ root: ports.journalDir, incarnationId, timers, events })
  const shipper = createShipper({ journal, link, timers, events })
  const stopping = new AbortController()
  let recovering: Promise<void> = Promise.resolve()

  const registerOnce = async (own: IncarnationRequest['journals']): Promise<void> => {
    const { cursors } = await link.registerIncarnation({
      incarnationId,
      gateway: ports.gateway,
      journals: [...found.map(({ report }) => report), ...own],
    })
    for (const cursor of cursors) shipper.follow(cursor)
    shipper.start()
    // One after the other: a journal has one shipper (spending §4.15).
    recovering = recovering
      .then(async () => {
        await recoverJournals({ found, cursors, link, clock, timers, events })
      })
      .catch((cause: unknown) => events.recoveryFailed(cause))
  }
  const register = async (own: () => IncarnationRequest['journals']): Promise<void> => {
    let pauseMs = REGISTER_PAUSE_FIRST_MS
    while (!stopping.signal.aborted) {
      try {
        return await registerOnce(own())
      } catch (cause) {
        events.registerFailed(cause)
        await after(timers, pauseMs)
        pauseMs = Math.min(pauseMs * 2, REGISTER_PAUSE_MAX_MS)
      }
    }
  }
  await Promise.race([register(() => []), after(timers, REGISTER_WAIT_MS)])

  const tokens = createTokenCounter()
  const charging = createCharging({
    incarnationId,
    journal,
    replica: ports.snapshot,
    leases: link,
    clock,
    ids: ports.ids,
    timers,
    purchases: history.purchases(),
    readOutcome: createRecordLookup({ root: ports.journalDir, journal }),
    tokens,
  })

  // Another history of the database may know less than this process: it is told what we hold (spending §5.18).
  ports.snapshot.onEpoch(() => {
    void register(() => [
      {
        incarnationId,
        lastSeq: journal.durableSeq,
        acknowledgedSeq: shipper.acknowledgedSeq,
        leases: [...charging.exposure().grants],
      },
    ])
  })

  return {
    charging,
    async stop(deadlineMs) {
      stopping.abort()
      await Promise.race([charging.drain(), after(timers, deadlineMs)])
      // What is not shipped in time is shipped by the next process from this directory.
      await Promise.race([
        shipper.finish().catch((cause: unknown) => events.recoveryFailed(cause)),
        after(timers, deadlineMs),
      ])
      shipper.stop()
      await Promise.all([journal.close(), tokens.close()])
    },
  }
}

function after(timers: Timers, delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  timers.after(delayMs, resolve)
  return promise
}
