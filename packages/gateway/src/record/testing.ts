import { instant, type Clock } from '@mcp-orchestra/kernel'
import type { RecordEvents } from './events.ts'
import { createFaultyDisk, type FaultyDisk } from './faulty-disk.testing.ts'
import { createJournal, type Journal } from './journal/journal.ts'
import { createJournalHost } from './journal/journal-host.ts'
import type { FromHost, JournalChannel, ToHost } from './journal/journal-protocol.ts'
import { genesis } from './segment/hash-chain.ts'
import type { Timers } from './timers.ts'

/** An incarnation for tests. */
export const TEST_INCARNATION = 'inc_01hzzzzzzzzzzzzzzzzzzzzzzz'

/** A clock and timers that move only when told. */
export interface FakeTime extends Clock, Timers {
  /** Moves both clocks and runs what is due, in order. */
  advance(milliseconds: number): void
  readonly pending: number
}

/** Time that begins at some noon. */
export function createFakeTime(): FakeTime {
  let elapsedMs = 0
  let due: { readonly atMs: number; readonly work: () => void }[] = []
  return {
    now: () => instant(1_800_000_000_000 + elapsedMs),
    monotonicMs: () => elapsedMs,
    after(delayMs, work) {
      const timer = { atMs: elapsedMs + delayMs, work }
      due.push(timer)
      return () => {
        due = due.filter((other) => other !== timer)
      }
    },
    advance(milliseconds) {
      const untilMs = elapsedMs + milliseconds
      for (;;) {
        const next = due.toSorted((a, b) => a.atMs - b.atMs)[0]
        if (next === undefined || next.atMs > untilMs) break
        elapsedMs = Math.max(elapsedMs, next.atMs)
        due = due.filter((other) => other !== next)
        next.work()
      }
      elapsedMs = untilMs
    },
    get pending() {
      return due.length
    },
  }
}

/** Events that are only kept. */
export function keepEvents(): RecordEvents & { readonly told: string[] } {
  const told: string[] = []
  return {
    told,
    journalFailed: (sentence, isOpen) => told.push(`failed (${isOpen}): ${sentence}`),
    journalReopened: () => told.push('reopened'),
    recordsDropped: (count) => told.push(`dropped ${count}`),
    shippingStopped: (_, sentence) => told.push(`stopped: ${sentence}`),
    shippingDelayed: (_, sentence) => told.push(`delayed: ${sentence}`),
  }
}

/** A whole journal in one thread, on a disk in memory; `isHeld` keeps messages back until `deliver`. */
export type InlineJournal = {
  readonly journal: Journal
  readonly disk: FaultyDisk
  readonly events: ReturnType<typeof keepEvents>
  readonly time: FakeTime
  /** Hands what was posted to the host: as one batch, as the journal's thread would find it. */
  deliver(): void
  hold(): void
  /** The journal's thread ends without a word. */
  die(sentence: string): void
}

/** Opens a journal whose thread is this one: everything posted is handled at the end of the turn, unless held. */
export async function openInlineJournal(
  options: {
    readonly segmentBytes?: number
    readonly disk?: FaultyDisk
    readonly time?: FakeTime
    /** When records that nobody waits for leave; with their turn when absent. */
    readonly linger?: (work: () => void) => void
  } = {},
): Promise<InlineJournal> {
  const disk = options.disk ?? createFaultyDisk()
  const time = options.time ?? createFakeTime()
  const events = keepEvents()
  const answers: FromHost[] = []
  let answer = (message: FromHost): void => void answers.push(message)
  const host = createJournalHost({
    directory: disk,
    incarnationId: TEST_INCARNATION,
    start: genesis(TEST_INCARNATION),
    nextOrdinal: 1,
    segmentBytes: options.segmentBytes ?? 65_536,
    diskReserveBytes: 0,
    clock: time,
    post: (message) => answer(message),
    onShipped: () => undefined,
  })
  let posted: ToHost[] = []
  let isHeld = false
  let die: (sentence: string) => void = () => undefined
  const deliver = (): void => {
    isHeld = false
    const messages = posted
    posted = []
    if (messages.length > 0) host.handle(messages)
  }
  const channel: JournalChannel = {
    post(message) {
      posted.push(message)
      if (posted.length === 1) setImmediate(() => isHeld || deliver())
    },
    onMessage(listener) {
      answer = listener
      for (const message of answers) listener(message)
    },
    onExit(listener) {
      die = listener
    },
  }
  const journal = await createJournal({
    incarnationId: TEST_INCARNATION,
    channel,
    timers: time,
    events,
    schedule: (work) => void setImmediate(work),
    ...(options.linger === undefined ? {} : { linger: options.linger }),
  })
  return {
    journal,
    disk,
    events,
    time,
    deliver,
    hold: () => void (isHeld = true),
    die: (sentence) => die(sentence),
  }
}
