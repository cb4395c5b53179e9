import { assert } from '@mcp-orchestra/kernel'
import type { RecordEvents } from '../events.ts'
import { refuse } from '../problems.ts'
import { RECORD_PAYLOAD_BYTES_MAX, tagOf, type JournalEntry } from '../segment/record-format.ts'
import type { ToHost } from './journal-protocol.ts'

/**
 * Entries on their way to the disk: in sequence, until they are durable. What somebody waits for leaves at the end
 * of this turn of the event loop, what nobody waits for a little later; while one batch is on its way to the disk,
 * the next one gathers, so that the disk sets the pace and not the number of turns.
 */
export interface AppendQueue {
  /** Counts failures; what was sent under an older one is ignored by the other side. */
  readonly generation: number
  commit(entries: readonly JournalEntry[]): Promise<number>
  append(entries: readonly JournalEntry[]): void
  /** Everything up to this sequence is durable: who waited for it may go on. */
  durable(seq: number): void
  /** Rejects whoever waits for more than is durable, and keeps the rest to be sent again. */
  giveUp(generation: number, sentence: string): void
  /** Sends what was kept: a segment is open. */
  resume(): void
  /** Sends what this turn has gathered, now. */
  flush(): void
}

/**
 * Records of free calls that wait for a disk; about 10 MB. Beyond it the oldest guarantee gives way: free
 * calls go on and their records are counted as dropped, rather than the gateway's memory growing.
 */
const KEPT_ENTRIES_MAX = 10_000

type Waiter = { readonly seq: number; readonly settled: PromiseWithResolvers<number> }

type Sent = { readonly seq: number; readonly entry: JournalEntry; readonly isWaitedFor: boolean }

/** The queue of one journal; sequences begin at 1. */
export function createAppendQueue(deps: {
  /** Runs work at the end of this turn of the event loop. */
  readonly schedule: (work: () => void) => void
  /** Runs work a little later, for entries that nobody waits for; without it they leave with this turn, too. */
  readonly linger?: ((work: () => void) => void) | undefined
  readonly post: (message: ToHost) => void
  readonly events: Pick<RecordEvents, 'recordsDropped'>
}): AppendQueue {
  let generation = 0
  let lastSeq = 0
  let durableSeq = 0
  let isPaused = true
  let isScheduled = false
  let isLingering = false
  let isWaitedForNow = false
  /** The last sequence that was sent: what lies between it and `durableSeq` is on its way. */
  let postedSeq = 0
  let gathered: JournalEntry[] = []
  let sent: Sent[] = []
  let waiters: Waiter[] = []
  let kept: JournalEntry[] = []

  function push(entries: readonly JournalEntry[], isWaitedFor: boolean): void {
    assert(!entries.some(({ text }) => isTooLong(text)), 'a journal record is at most 1 MiB')
    for (const entry of entries) {
      lastSeq += 1
      gathered.push(entry)
      sent.push({ seq: lastSeq, entry, isWaitedFor })
    }
    isWaitedForNow ||= isWaitedFor
    if (isWaitedFor || deps.linger === undefined) {
      if (isScheduled) return
      isScheduled = true
      deps.schedule(flushScheduled)
    } else if (!isLingering) {
      isLingering = true
      deps.linger(flushLingering)
    }
  }

  function flushScheduled(): void {
    isScheduled = false
    flushUnlessBusy()
  }

  function flushLingering(): void {
    isLingering = false
    isWaitedForNow = true
    flushUnlessBusy()
  }

  function flushUnlessBusy(): void {
    if (postedSeq <= durableSeq) flush()
  }

  function flush(): void {
    isWaitedForNow = false
    if (gathered.length === 0) return
    postedSeq = lastSeq
    const tags = gathered.map(tagOf)
    const texts = gathered.map(({ text }) => text)
    gathered = []
    deps.post({ type: 'append', generation, tags, texts })
  }

  function keep(entries: readonly JournalEntry[]): void {
    const room = KEPT_ENTRIES_MAX - kept.length
    kept.push(...entries.slice(0, room))
    if (entries.length > room) deps.events.recordsDropped(entries.length - room)
  }

  function settleDurable(): void {
    const firstOpen = waiters.findIndex(({ seq }) => seq > durableSeq)
    const ready = firstOpen < 0 ? waiters : waiters.slice(0, firstOpen)
    waiters = firstOpen < 0 ? [] : waiters.slice(firstOpen)
    for (const { seq, settled } of ready) settled.resolve(seq)
    const firstUnsure = sent.findIndex(({ seq }) => seq > durableSeq)
    sent = firstUnsure < 0 ? [] : sent.slice(firstUnsure)
  }

  return {
    get generation() {
      return generation
    },
    commit(entries) {
      push(entries, true)
      const settled = Promise.withResolvers<number>()
      waiters.push({ seq: lastSeq, settled })
      return settled.promise
    },
    append(entries) {
      if (isPaused) keep(entries)
      else push(entries, false)
    },
    durable(seq) {
      durableSeq = seq
      settleDurable()
      if (isWaitedForNow) flushUnlessBusy()
    },
    giveUp(newGeneration, sentence) {
      generation = newGeneration
      isPaused = true
      const rejected = waiters
      const again = sent.filter(({ isWaitedFor }) => !isWaitedFor)
      waiters = []
      sent = []
      gathered = []
      lastSeq = durableSeq
      postedSeq = durableSeq
      const ahead = kept
      kept = []
      keep(again.map(({ entry }) => entry))
      keep(ahead)
      for (const { settled } of rejected) {
        settled.reject(refuse('record.journal_unavailable', { cause: new Error(sentence) }))
      }
    },
    resume() {
      isPaused = false
      const again = kept
      kept = []
      if (again.length > 0) push(again, false)
    },
    flush,
  }
}

/** A character takes at most three bytes of UTF-8, so most texts need no counting. */
function isTooLong(text: string): boolean {
  return (
    text.length * 3 > RECORD_PAYLOAD_BYTES_MAX && Buffer.byteLength(text) > RECORD_PAYLOAD_BYTES_MAX
  )
}
