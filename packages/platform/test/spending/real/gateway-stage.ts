import type { LeaseResponse } from '@mcp-orchestra/api/gateway-link'
import { assert, Problem, problemsOf, type Id, type Ids } from '@mcp-orchestra/kernel'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CallEnd, ChargeDecision, OpenCharge } from '../../../../gateway/src/charge/charge.ts'
import {
  createCharging,
  createPurchaseHistory,
  type GatewayCharging,
} from '../../../../gateway/src/charge/index.ts'
import {
  createFaultyDisk,
  type FaultyDisk,
} from '../../../../gateway/src/record/faulty-disk.testing.ts'
import {
  createShipper,
  findJournals,
  recoverJournals,
  type Journal,
  type RecordEvents,
  type Shipper,
} from '../../../../gateway/src/record/index.ts'
import { createJournal } from '../../../../gateway/src/record/journal/journal.ts'
import { createJournalHost } from '../../../../gateway/src/record/journal/journal-host.ts'
import type {
  FromHost,
  JournalChannel,
  ToHost,
} from '../../../../gateway/src/record/journal/journal-protocol.ts'
import { genesis } from '../../../../gateway/src/record/segment/hash-chain.ts'
import { createRecordReader } from '../../../../gateway/src/record/segment/record-reader.ts'
import { createCapIndex } from '../../../../gateway/src/snapshot/cap-index.ts'
import type { LedgerStage } from './ledger-stage.ts'
import { callOf, type StoryCall } from './call.ts'
import type { VirtualTime } from './virtual-time.ts'

/** How the link misbehaves: an answer that is lost after the work was done, or no link at all. */
export type LinkState = {
  down: boolean
  loseNextAnswer: boolean
  /** Work that the control plane is doing now. */
  readonly inFlight: Set<Promise<unknown>>
}

/** One gateway process on a disk that forgets: the real journal, lease book, charge path and shipper. */
export interface GatewayProcess {
  readonly incarnationId: Id<'inc'>
  readonly charging: GatewayCharging
  readonly journal: Journal
  readonly shipper: Shipper
  readonly recovery: Promise<unknown>
  begin(call: StoryCall): Promise<ChargeDecision>
  /** Tells the control plane again who it is: after a raise of the epoch. */
  report(): Promise<void>
  /** Puts on the real disk what a power cut leaves, and never runs again. */
  die(survives: () => boolean): void
}

const SEGMENT_BYTES = 65_536
const away = problemsOf({
  'link.unreachable': { status: 503, title: 'The control plane is away.', retryable: true },
})

/** Everything that a process is given at its start. */
export type GatewayWorld = {
  readonly slot: string
  readonly root: string
  readonly stage: LedgerStage
  readonly time: VirtualTime
  readonly ids: Ids
  readonly link: LinkState
  readonly alarms: string[]
  /** Told of each call before it begins. */
  readonly onBegin: (eventId: Id<'evt'>, call: StoryCall) => void
}

/** Starts a process as compose does: replay, register, recover in the background, serve. */
export async function startGatewayProcess(world: GatewayWorld): Promise<GatewayProcess> {
  const { slot, root, stage, time, ids, link } = world
  const incarnationId = ids.make('inc')
  const events: RecordEvents = {
    journalFailed: (sentence) => world.alarms.push(sentence),
    journalReopened: () => undefined,
    recordsDropped: (count) => world.alarms.push(`dropped ${count}`),
    shippingStopped: (_, sentence) => world.alarms.push(sentence),
    shippingDelayed: () => undefined,
  }
  let isDead = false
  const overLink = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) return new Promise<never>(() => undefined)
    if (link.down) throw away('link.unreachable')
    const working = work()
    link.inFlight.add(working)
    const answer = await working.finally(() => link.inFlight.delete(working))
    if (link.loseNextAnswer) {
      link.loseNextAnswer = false
      throw away('link.unreachable')
    }
    if (isDead) return new Promise<never>(() => undefined)
    return answer
  }
  const history = createPurchaseHistory(time)
  mkdirSync(root, { recursive: true })
  const found = findJournals({ root, clock: time, visit: history.visit })
  const { epoch, cursors } = await stage.payments.registerIncarnation(slot, {
    incarnationId,
    gateway: slot,
    journals: found.map(({ report }) => report),
  })
  let knownEpoch = epoch
  const { journal, disk } = await openJournalOnFaultyDisk(incarnationId, time, events)
  const usageLink = {
    shipUsage: (batch: Parameters<typeof stage.payments.applyBatch>[1]) =>
      overLink(() => stage.payments.applyBatch(slot, batch)),
  }
  const shipper = createShipper({ journal, link: usageLink, timers: time, events })
  shipper.start()
  const recover = (from: typeof cursors): Promise<unknown> =>
    recoverJournals({ found, cursors: from, link: usageLink, clock: time, timers: time, events })
  let recovery = recover(cursors)
  const settings = {
    id: 'settings' as const,
    maxStaleMs: 60_000,
    sealingKey: Buffer.alloc(32, 7).toString('base64'),
    intentAbove: (10n ** 18n).toString(),
  }
  const caps = createCapIndex()
  for (const cap of stage.caps) caps.put(cap.id, cap)
  const charging = createCharging({
    incarnationId,
    journal,
    leases: {
      requestLease: (request): Promise<LeaseResponse> =>
        overLink(() => stage.payments.grantLease(slot, request)),
    },
    clock: time,
    ids,
    timers: time,
    purchases: history.purchases(),
    tokens: { count: () => Promise.resolve(undefined), close: () => Promise.resolve() },
    readOutcome: ({ incarnationId: of, seq }) => {
      const range = { fromSeq: seq, throughSeq: seq, recordsMax: 1, bytesMax: SEGMENT_BYTES }
      const old = found.find(({ scan }) => scan.incarnationId === of)
      const directory = old?.directory ?? disk
      return Promise.resolve(createRecordReader(directory, of).read(range)[0]?.text)
    },
    replica: {
      version: 1,
      get epoch() {
        return knownEpoch
      },
      settings: () => settings,
      priceOf: () => stage.price,
      priceAt: () => stage.price,
      capsOf: (path) => caps.of(path),
      stopOf: () => undefined,
      mandatesOf: () => [],
      mandateById: () => undefined,
      staleMs: () => 0,
      refresh: () => Promise.resolve(true),
    },
  })
  return {
    incarnationId,
    charging,
    journal,
    shipper,
    get recovery() {
      return recovery
    },
    begin(call) {
      const eventId = ids.make('evt')
      world.onBegin(eventId, call)
      return charging.begin(callOf(eventId, stage, call))
    },
    async report() {
      const own = {
        incarnationId,
        lastSeq: journal.durableSeq,
        acknowledgedSeq: shipper.acknowledgedSeq,
        leases: charging.exposure().grants.map((grant) => ({ ...grant })),
      }
      const answer = await stage.payments.registerIncarnation(slot, {
        incarnationId,
        gateway: slot,
        journals: [...found.map(({ report }) => report), own],
      })
      knownEpoch = answer.epoch
      for (const cursor of answer.cursors) shipper.follow(cursor)
      recovery = recovery.then(() => recover(answer.cursors))
    },
    die(survives) {
      isDead = true
      shipper.stop()
      saveDisk(disk.afterPowerLoss(survives), join(root, incarnationId))
    },
  }
}

/** The result of a call whose server answered. */
export const END: CallEnd = {
  outcome: 'complete',
  durationMs: 1,
  resultBytes: 14,
  resultText: '{"content":[]}',
}

/** Settles a charge; a refused commit is no charge, and the caller saw no result. */
export async function settle(charge: OpenCharge, end: CallEnd): Promise<Id<'evt'> | undefined> {
  try {
    const { charged, eventId } = await charge.settle(end)
    return charged.amount > 0n ? eventId : undefined
  } catch (error) {
    assert(error instanceof Problem, 'a settlement is refused by a problem')
    return undefined
  }
}

async function openJournalOnFaultyDisk(
  incarnationId: string,
  time: VirtualTime,
  events: RecordEvents,
): Promise<{ journal: Journal; disk: FaultyDisk }> {
  const disk = createFaultyDisk()
  const early: FromHost[] = []
  let answer = (message: FromHost): void => void early.push(message)
  const host = createJournalHost({
    directory: disk,
    incarnationId,
    start: genesis(incarnationId),
    nextOrdinal: 1,
    segmentBytes: SEGMENT_BYTES,
    diskReserveBytes: 0,
    clock: time,
    post: (message) => answer(message),
    onShipped: () => undefined,
  })
  let posted: ToHost[] = []
  const channel: JournalChannel = {
    post(message) {
      posted.push(message)
      if (posted.length > 1) return
      setImmediate(() => {
        const messages = posted
        posted = []
        host.handle(messages)
      })
    },
    onMessage(listener) {
      answer = listener
      for (const message of early) listener(message)
    },
    onExit: () => undefined,
  }
  const schedule = (work: () => void): void => void setImmediate(work)
  const journal = await createJournal({ incarnationId, channel, timers: time, events, schedule })
  return { journal, disk }
}

function saveDisk(disk: FaultyDisk, path: string): void {
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { recursive: true })
  for (const name of disk.list()) writeFileSync(join(path, name), disk.bytesOf(name))
}
