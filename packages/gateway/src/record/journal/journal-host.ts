import type { Clock } from '@mcp-orchestra/kernel'
import { createRecordReader } from '../segment/record-reader.ts'
import { createSegmentRetention } from '../segment/segment-retention.ts'
import {
  createSegmentWriter,
  SegmentFailure,
  type SegmentWriterOptions,
} from '../segment/segment-writer.ts'
import { toReadRecord, type FromHost, type ToHost } from './journal-protocol.ts'

/** The journal's own thread without the thread: a queue of messages in, answers out. */
export interface JournalHost {
  /** Handles all that is queued: every append in it is one group commit. */
  handle(messages: readonly ToHost[]): void
  /** One bounded piece of work for a quiet moment; returns whether more is to do. */
  idle(): boolean
}

/** Opens the first segment and says so; throws when it cannot. */
export function createJournalHost(
  options: SegmentWriterOptions & {
    readonly clock: Clock
    readonly post: (message: FromHost) => void
    /** The control plane has everything up to here. */
    readonly onShipped: (seq: number) => void
  },
): JournalHost {
  const { post } = options
  const writer = createSegmentWriter(options)
  const reader = createRecordReader(options.directory, options.incarnationId)
  const retention = createSegmentRetention(options)
  let generation = 0

  function commit(tags: readonly number[], texts: readonly string[]): void {
    try {
      writer.commit({ tags, texts })
      post({ type: 'durable', durableSeq: writer.durable.seq, roomBytes: writer.roomBytes() })
    } catch (error) {
      if (!(error instanceof SegmentFailure)) throw error
      fail(error)
    }
  }

  function fail(error: SegmentFailure): void {
    generation += 1
    let sentence = error.message
    try {
      if (!writer.isOpen) reopen()
    } catch (second) {
      if (!(second instanceof SegmentFailure)) throw second
      sentence = `${sentence}; ${second.message}`
    }
    const durableSeq = writer.durable.seq
    const { isOpen } = writer
    const roomBytes = isOpen ? writer.roomBytes() : 0
    post({ type: 'failed', generation, durableSeq, isOpen, roomBytes, sentence })
  }

  function reopen(): void {
    reader.forget()
    writer.open()
  }

  function retryOpen(): void {
    try {
      if (!writer.isOpen) reopen()
      post({ type: 'opened', durableSeq: writer.durable.seq, roomBytes: writer.roomBytes() })
    } catch (error) {
      if (!(error instanceof SegmentFailure)) throw error
      fail(error)
    }
  }

  function answerRead(message: Extract<ToHost, { type: 'read' }>): void {
    const { requestId, range } = message
    try {
      const records = reader.read(range).map(toReadRecord)
      post({ type: 'records', requestId, records })
    } catch (error) {
      const sentence = error instanceof Error ? error.message : String(error)
      post({ type: 'unreadable', requestId, sentence })
    }
  }

  reopen()
  post({ type: 'opened', durableSeq: writer.durable.seq, roomBytes: writer.roomBytes() })

  return {
    handle(messages) {
      const tags: number[] = []
      const texts: string[] = []
      for (const message of messages) {
        if (message.type !== 'append' || message.generation !== generation) continue
        for (const tag of message.tags) tags.push(tag)
        for (const text of message.texts) texts.push(text)
      }
      if (texts.length > 0) commit(tags, texts)
      for (const message of messages) {
        if (message.type === 'reopen' && message.generation === generation) retryOpen()
        else if (message.type === 'read') answerRead(message)
        else if (message.type === 'retain') {
          options.onShipped(message.shippedSeq)
          retention.shipped(message.shippedSeq)
        } else if (message.type === 'close') {
          writer.close()
          post({ type: 'closed' })
        }
      }
    },
    idle: () => writer.prepare(),
  }
}
