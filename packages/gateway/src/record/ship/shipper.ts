import {
  USAGE_BATCH_RECORDS_MAX,
  type JournalCursor,
  type UsageBatch,
  type UsageBatchResponse,
} from '@mcp-orchestra/api/gateway-link'
import { Problem } from '@mcp-orchestra/kernel'
import type { RecordEvents } from '../events.ts'
import type { ReadRecord } from '../journal/journal-protocol.ts'
import { genesis } from '../segment/hash-chain.ts'
import { isLocal } from '../segment/record-format.ts'
import type { ReadRange } from '../segment/record-reader.ts'
import type { Timers } from '../timers.ts'

/** Who takes batches to the control plane. Rejects when it is away or refuses. */
export interface UsageLink {
  shipUsage(batch: UsageBatch): Promise<UsageBatchResponse>
}

/** A journal as its shipper sees it: this process's own, or one that a dead process left. */
export interface ShippedJournal {
  readonly incarnationId: string
  readonly durableSeq: number
  read(range: ReadRange): Promise<readonly ReadRecord[]>
  onDurable(listener: () => void): void
  /** The control plane has everything up to here. */
  shipped(seq: number): void
}

/** The one shipper of a journal (spending §4.15). */
export interface Shipper {
  /** Where the database stands, as far as we know. */
  readonly cursor: JournalCursor
  /** The highest sequence that the control plane ever acknowledged to this process. */
  readonly acknowledgedSeq: number
  readonly isStopped: boolean
  start(): void
  /** The database says where it stands: after a restore that is before what it once acknowledged (spending §5.18). */
  follow(named: JournalCursor): void
  /** Resolves when everything durable now is posted; rejects when shipping stopped. */
  finish(): Promise<void>
  stop(): void
}

/** Bytes of payloads in one batch: with quotes escaped it stays well below the link's body limit of 16 MiB. */
const BATCH_BYTES_MAX = 1_048_576
/** Records gather this long before they travel: a request per call would cost both planes more than the call. */
const GATHER_MS = 25
/** First pause after a failed batch; it doubles up to the longest. */
const RETRY_MS_MIN = 100
const RETRY_MS_MAX = 5_000

/** What a shipper needs; without a cursor the journal is new. */
export type ShipperDeps = {
  readonly journal: ShippedJournal
  readonly cursor?: JournalCursor | undefined
  /** The journal of a dead process is shipped to its end even when it was declared lost: it becomes a case. */
  readonly isPosthumous?: boolean
  readonly link: UsageLink
  readonly timers: Timers
  readonly events: Pick<RecordEvents, 'shippingStopped' | 'shippingDelayed'>
}

/** Ships nothing before {@link Shipper.start}. */
export function createShipper(deps: ShipperDeps): Shipper {
  const { journal, link, timers, events } = deps
  const { incarnationId } = journal
  let cursor: JournalCursor = deps.cursor ?? {
    incarnationId,
    seq: 0,
    hash: genesis(incarnationId).hash.toString('hex'),
    state: 'open',
  }
  let acknowledgedSeq = cursor.seq
  let state: 'new' | 'running' | 'stopped' = 'new'
  let stopReason = 'the shipper was stopped'
  let isBusy = false
  let cancelTimer: (() => void) | undefined
  let retryMs = RETRY_MS_MIN
  let finishers: PromiseWithResolvers<void>[] = []

  function stop(sentence: string): void {
    if (state === 'stopped') return
    state = 'stopped'
    stopReason = sentence
    cancelTimer?.()
    for (const finisher of finishers) finisher.reject(new Error(sentence))
    finishers = []
  }

  function alarm(sentence: string): void {
    if (state === 'stopped') return
    events.shippingStopped(incarnationId, sentence)
    stop(sentence)
  }

  function wake(delayMs: number): void {
    if (state !== 'running' || isBusy || cancelTimer !== undefined) return
    if (cursor.seq >= journal.durableSeq) {
      for (const finisher of finishers) finisher.resolve()
      finishers = []
      return
    }
    cancelTimer = timers.after(delayMs, () => {
      cancelTimer = undefined
      isBusy = true
      void shipOnce().then((pauseMs) => {
        isBusy = false
        wake(pauseMs)
      })
    })
  }

  /** Ships one batch and returns the pause before the next; never rejects. */
  async function shipOnce(): Promise<number> {
    let records: readonly ReadRecord[]
    try {
      records = await journal.read({
        fromSeq: cursor.seq + 1,
        throughSeq: journal.durableSeq,
        recordsMax: USAGE_BATCH_RECORDS_MAX,
        bytesMax: BATCH_BYTES_MAX,
      })
    } catch (error) {
      alarm(sentenceOf(error))
      return 0
    }
    try {
      const response = await link.shipUsage({ incarnationId, records: records.map(shippedRecord) })
      retryMs = RETRY_MS_MIN
      await accept(response, records)
      return finishers.length > 0 || records.length === USAGE_BATCH_RECORDS_MAX ? 0 : GATHER_MS
    } catch (error) {
      if (isBroken(error)) {
        alarm(sentenceOf(error))
        return 0
      }
      const pauseMs = retryMs
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX)
      events.shippingDelayed(incarnationId, sentenceOf(error), pauseMs)
      return pauseMs
    }
  }

  /** The database names the cursor; ours only has to agree with it. */
  async function accept(
    response: UsageBatchResponse,
    records: readonly ReadRecord[],
  ): Promise<void> {
    const named = response.cursor
    if (named.incarnationId !== incarnationId)
      return alarm('The control plane named another journal.')
    if (named.state === 'lost' && deps.isPosthumous !== true) {
      return alarm(`The journal ${incarnationId} was declared lost: this process is fenced.`)
    }
    if (named.seq > journal.durableSeq) {
      return alarm(
        `The control plane has ${named.seq} records of ${incarnationId}, this disk has ${journal.durableSeq}: the journal went back.`,
      )
    }
    if (!response.applied && named.seq === cursor.seq && named.hash === cursor.hash) {
      return alarm(`The control plane refused records of ${incarnationId} after ${cursor.seq}.`)
    }
    if (named.seq > 0 && (await hashAt(named.seq, records)) !== named.hash) {
      return alarm(`Record ${named.seq} of ${incarnationId} differs from the posted one.`)
    }
    cursor = named
    acknowledgedSeq = Math.max(acknowledgedSeq, named.seq)
    journal.shipped(cursor.seq)
  }

  async function hashAt(seq: number, records: readonly ReadRecord[]): Promise<string | undefined> {
    const sent = records.find((record) => record.seq === seq)
    if (sent !== undefined) return sent.hash
    const range = { fromSeq: seq, throughSeq: seq, recordsMax: 1, bytesMax: BATCH_BYTES_MAX }
    const [record] = await journal.read(range)
    return record?.hash
  }

  return {
    get cursor() {
      return cursor
    },
    get acknowledgedSeq() {
      return acknowledgedSeq
    },
    get isStopped() {
      return state === 'stopped'
    },
    start() {
      if (state !== 'new') return
      state = 'running'
      journal.onDurable(() => wake(GATHER_MS))
      wake(0)
    },
    follow(named) {
      if (named.incarnationId !== incarnationId || named.seq >= cursor.seq) return
      cursor = named
      wake(0)
    },
    finish() {
      if (state !== 'running') return Promise.reject(new Error(stopReason))
      const finisher = Promise.withResolvers<void>()
      finishers.push(finisher)
      if (!isBusy) {
        cancelTimer?.()
        cancelTimer = undefined
        wake(0)
      }
      return finisher.promise
    },
    stop: () => stop('the shipper was stopped'),
  }
}

function shippedRecord(record: ReadRecord): UsageBatch['records'][number] {
  return {
    seq: record.seq,
    payload: isLocal(record.kind) ? null : record.text,
    payloadDigest: record.digest,
    hash: record.hash,
  }
}

/** The control plane found that our records do not continue what it has: a repeat changes nothing. */
function isBroken(error: unknown): boolean {
  return error instanceof Problem && error.members['controlPlaneCode'] === 'payments.journal_broken'
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
