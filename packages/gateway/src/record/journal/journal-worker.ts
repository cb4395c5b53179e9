import { receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads'
import { systemClock } from '@mcp-orchestra/kernel'
import { openDiskDirectory } from '../segment/disk-directory.ts'
import { genesis } from '../segment/hash-chain.ts'
import { writeAcknowledgement } from '../ship/acknowledgement.ts'
import { createJournalHost } from './journal-host.ts'
import type { ToHost } from './journal-protocol.ts'

/** What the journal's thread is started with. */
export type JournalWorkerData = {
  readonly port: MessagePort
  readonly path: string
  readonly incarnationId: string
  readonly segmentBytes: number
  readonly diskReserveBytes: number
}

/**
 * The journal's thread. Its file system calls are synchronous on purpose: they wait for the disk and for
 * nothing else, while DNS look-ups and file reads of the gateway fill the thread pool (spending §4.13).
 */
const { port, path, incarnationId, segmentBytes, diskReserveBytes } =
  workerData as JournalWorkerData

const host = createJournalHost({
  directory: openDiskDirectory(path),
  incarnationId,
  start: genesis(incarnationId),
  nextOrdinal: 1,
  segmentBytes,
  diskReserveBytes,
  clock: systemClock,
  post: (message) => port.postMessage(message),
  onShipped: noteShipped,
})

port.on('message', (first: ToHost) => {
  const messages = [first]
  for (;;) {
    const more = receiveMessageOnPort(port)
    if (more === undefined) break
    messages.push(more.message as ToHost)
  }
  host.handle(messages)
  if (messages.some(({ type }) => type === 'close')) {
    writeNote()
    port.close()
  } else setImmediate(prepareInQuiet)
})

/** Acknowledgements come with every batch; a rename for each of them would hold commits up, in milliseconds. */
const NOTE_INTERVAL_MS = 250
let shippedSeq: number | undefined
let noteTimer: NodeJS.Timeout | undefined

function noteShipped(seq: number): void {
  shippedSeq = seq
  noteTimer ??= setTimeout(writeNote, NOTE_INTERVAL_MS)
}

function writeNote(): void {
  clearTimeout(noteTimer)
  noteTimer = undefined
  if (shippedSeq !== undefined) writeAcknowledgement(path, shippedSeq, systemClock)
  shippedSeq = undefined
}

let isPreparing = false
function prepareInQuiet(): void {
  if (isPreparing) return
  isPreparing = true
  setImmediate(function again() {
    isPreparing = host.idle()
    if (isPreparing) setImmediate(again)
  })
}
