import { assert } from '@mcp-orchestra/kernel'
import type { RecordEvents } from '../events.ts'
import { refuse } from '../problems.ts'
import type { JournalEntry } from '../segment/record-format.ts'
import type { ReadRange } from '../segment/record-reader.ts'
import { JournalDamaged } from '../segment/scan-journal.ts'
import type { Timers } from '../timers.ts'
import { createAppendQueue } from './append-queue.ts'
import type { FromHost, JournalChannel, ReadRecord } from './journal-protocol.ts'

/** Why a paid call cannot be journalled now. */
export type JournalRefusal = 'record.journal_unavailable' | 'record.journal_full'

/** The journal as the gateway's thread sees it. */
export interface Journal {
  readonly incarnationId: string
  /** The last durable sequence. */
  readonly durableSeq: number
  /**
   * Resolves with the last entry's sequence when all of them are durable; they share one group commit
   * unless a segment ends between them. Rejects with `record.journal_unavailable` when they are given up:
   * then they are never replayed once a new segment is open.
   */
  commit(entries: readonly JournalEntry[]): Promise<number>
  /** Journals with the next commit, or within {@link FREE_LINGER_MS} when there is none, without anyone waiting for it. */
  append(entries: readonly JournalEntry[]): void
  /** Promises room for so many bytes until {@link leave}; undefined when promised (spending §4.13). */
  admit(bytes: number): JournalRefusal | undefined
  leave(bytes: number): void
  /** Durable records; the range is cut at {@link durableSeq}. */
  read(range: ReadRange): Promise<readonly ReadRecord[]>
  /** Tells a listener after each commit. */
  onDurable(listener: () => void): void
  /** The control plane has everything up to here: old segments may go. */
  shipped(seq: number): void
  /** Waits for what is queued, then ends the thread. */
  close(): Promise<void>
}

/** How often a failed journal looks for a working disk. */
const REOPEN_INTERVAL_MS = 1_000

/**
 * Records that nobody waits for gather this long, in milliseconds: a commit costs more than a free call. It is
 * also what a killed process may lose of them: the calls were free, only their count is short.
 */
export const FREE_LINGER_MS = 5

/** What a journal needs. `schedule` runs work at the end of this turn of the event loop, `linger` after {@link FREE_LINGER_MS}. */
export type JournalDeps = {
  readonly incarnationId: string
  readonly channel: JournalChannel
  readonly timers: Timers
  readonly events: RecordEvents
  readonly schedule: (work: () => void) => void
  readonly linger?: (work: () => void) => void
}

/** Resolves when the first segment is durable; rejects with a sentence when it cannot be made. */
export async function createJournal(deps: JournalDeps): Promise<Journal> {
  const { channel, events, timers, incarnationId } = deps
  const opened = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<void>()
  const listeners: (() => void)[] = []
  const reads = new Map<number, PromiseWithResolvers<readonly ReadRecord[]>>()
  let state: 'opening' | 'open' | 'failed' | 'closing' | 'dead' = 'opening'
  let durableSeq = 0
  let roomBytes = 0
  let promisedBytes = 0
  let lastRequestId = 0
  const queue = createAppendQueue({ ...deps, post: (message) => channel.post(message) })

  function advance(message: { durableSeq: number; roomBytes: number }): void {
    durableSeq = message.durableSeq
    roomBytes = message.roomBytes
    queue.durable(durableSeq)
    for (const listener of listeners) listener()
  }

  function reopen(): void {
    if (state === 'failed') channel.post({ type: 'reopen', generation: queue.generation })
  }

  function receive(message: FromHost): void {
    switch (message.type) {
      case 'opened':
        if (state === 'failed') events.journalReopened()
        if (state !== 'closing') state = 'open'
        advance(message)
        queue.resume()
        opened.resolve()
        return
      case 'durable':
        advance(message)
        return
      case 'failed':
        advance(message)
        events.journalFailed(message.sentence, message.isOpen)
        queue.giveUp(message.generation, message.sentence)
        if (message.isOpen) queue.resume()
        else {
          if (state !== 'closing') state = 'failed'
          timers.after(REOPEN_INTERVAL_MS, reopen)
        }
        return
      case 'records':
        reads.get(message.requestId)?.resolve(message.records)
        reads.delete(message.requestId)
        return
      case 'unreadable':
        reads.get(message.requestId)?.reject(new JournalDamaged(message.sentence))
        reads.delete(message.requestId)
        return
      case 'closed':
        closed.resolve()
    }
  }

  channel.onMessage(receive)
  channel.onExit((sentence) => {
    if (state === 'open' || state === 'failed') {
      events.journalFailed(sentence, false)
      // NOTE: its thread does not come back; whoever watches ends the process, and the next one recovers.
      events.shippingStopped(incarnationId, sentence)
    }
    state = 'dead'
    queue.giveUp(queue.generation + 1, sentence)
    for (const read of reads.values()) read.reject(new Error(sentence))
    opened.reject(new Error(sentence))
    closed.resolve()
  })
  await opened.promise

  return {
    incarnationId,
    get durableSeq() {
      return durableSeq
    },
    commit(entries) {
      if (state !== 'open') return Promise.reject(refuse('record.journal_unavailable'))
      return queue.commit(entries)
    },
    append(entries) {
      if (state === 'closing') events.recordsDropped(entries.length)
      else queue.append(entries)
    },
    admit(bytes) {
      if (state !== 'open') return 'record.journal_unavailable'
      if (promisedBytes + bytes > roomBytes) return 'record.journal_full'
      promisedBytes += bytes
      return undefined
    },
    leave(bytes) {
      promisedBytes -= bytes
      assert(promisedBytes >= 0, 'room is given back once')
    },
    read(range) {
      if (state === 'dead') return Promise.reject(refuse('record.journal_unavailable'))
      lastRequestId += 1
      const read = Promise.withResolvers<readonly ReadRecord[]>()
      reads.set(lastRequestId, read)
      const throughSeq = Math.min(range.throughSeq, durableSeq)
      channel.post({ type: 'read', requestId: lastRequestId, range: { ...range, throughSeq } })
      return read.promise
    },
    onDurable(listener) {
      listeners.push(listener)
    },
    shipped(seq) {
      channel.post({ type: 'retain', shippedSeq: seq })
    },
    async close() {
      if (state === 'dead') return
      queue.flush()
      state = 'closing'
      channel.post({ type: 'close' })
      await closed.promise
    },
  }
}
