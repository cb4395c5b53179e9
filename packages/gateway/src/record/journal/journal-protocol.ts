import type { JournalRecord, ReadRange } from '../segment/record-reader.ts'

/** What the gateway's thread says to the journal's thread. */
export type ToHost =
  | {
      readonly type: 'append'
      /** Raised at each failure: what was sent before the failure was known is ignored, and sent again by its owner. */
      readonly generation: number
      readonly tags: readonly number[]
      readonly texts: readonly string[]
    }
  | { readonly type: 'reopen'; readonly generation: number }
  | { readonly type: 'read'; readonly requestId: number; readonly range: ReadRange }
  | { readonly type: 'retain'; readonly shippedSeq: number }
  | { readonly type: 'close' }

/** A record as it crosses threads: a Buffer would arrive as a plain Uint8Array, and the shipper wants hex. */
export type ReadRecord = Pick<JournalRecord, 'seq' | 'kind' | 'text'> & {
  readonly digest: string
  readonly hash: string
}

/** What the journal's thread answers. */
export type FromHost =
  | { readonly type: 'opened'; readonly durableSeq: number; readonly roomBytes: number }
  | { readonly type: 'durable'; readonly durableSeq: number; readonly roomBytes: number }
  /** All beyond `durableSeq` is given up. `isOpen`: a new segment already supersedes it. */
  | {
      readonly type: 'failed'
      readonly generation: number
      readonly durableSeq: number
      readonly isOpen: boolean
      readonly roomBytes: number
      readonly sentence: string
    }
  | {
      readonly type: 'records'
      readonly requestId: number
      readonly records: readonly ReadRecord[]
    }
  | { readonly type: 'unreadable'; readonly requestId: number; readonly sentence: string }
  | { readonly type: 'closed' }

/** The two ends of the thread boundary; in unit tests both ends are in one thread. */
export interface JournalChannel {
  post(message: ToHost): void
  onMessage(listener: (message: FromHost) => void): void
  /** Told when the journal's thread is gone without having been closed. */
  onExit(listener: (sentence: string) => void): void
}

/** A record as it crosses threads. */
export function toReadRecord({ seq, kind, text, digest, hash }: JournalRecord): ReadRecord {
  return { seq, kind, text, digest: digest.toString('hex'), hash: hash.toString('hex') }
}
