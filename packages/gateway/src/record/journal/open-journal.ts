import { join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import type { RecordEvents } from '../events.ts'
import type { Timers } from '../timers.ts'
import { createJournal, FREE_LINGER_MS, type Journal } from './journal.ts'
import type { FromHost, JournalChannel } from './journal-protocol.ts'
import type { JournalWorkerData } from './journal-worker.ts'

/** A segment file: at 5,000 calls a second it is filled in about a second, so a scan of one stays short. */
export const SEGMENT_BYTES = 4_194_304

/** What the journal leaves free on its disk: room for a database's log to end in an orderly way. */
const DISK_RESERVE_BYTES = 67_108_864

/** Where a new incarnation keeps its journal. */
export type OpenJournalOptions = {
  /** Holds one directory for each incarnation. */
  readonly root: string
  readonly incarnationId: string
  readonly timers: Timers
  readonly events: RecordEvents
  readonly segmentBytes?: number
  readonly diskReserveBytes?: number
}

/** Starts the journal's thread; resolves when the first segment is durable. */
export async function openJournal(options: OpenJournalOptions): Promise<Journal> {
  const { port1, port2 } = new MessageChannel()
  const workerData: JournalWorkerData = {
    port: port2,
    path: join(options.root, options.incarnationId),
    incarnationId: options.incarnationId,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    diskReserveBytes: options.diskReserveBytes ?? DISK_RESERVE_BYTES,
  }
  const worker = new Worker(new URL('./journal-worker.ts', import.meta.url), {
    workerData,
    transferList: [port2],
    name: 'journal',
  })
  const channel: JournalChannel = {
    post: (message) => port1.postMessage(message),
    onMessage: (listener) => port1.on('message', (message: FromHost) => listener(message)),
    onExit(listener) {
      let reason = 'the journal thread ended'
      worker.on('error', (error) => {
        reason = `the journal thread failed: ${error instanceof Error ? error.message : String(error)}`
      })
      worker.on('exit', () => {
        port1.close()
        listener(reason)
      })
    },
  }
  const schedule = (work: () => void): void => void setImmediate(work)
  const linger = (work: () => void): void => void options.timers.after(FREE_LINGER_MS, work)
  return createJournal({ ...options, channel, schedule, linger })
}
