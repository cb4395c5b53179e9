import type { JournalCursor } from '@mcp-orchestra/api/gateway-link'
import type { Clock } from '@mcp-orchestra/kernel'
import type { RecordEvents } from '../events.ts'
import { toReadRecord } from '../journal/journal-protocol.ts'
import { createRecordReader } from '../segment/record-reader.ts'
import { RECORD_HEADER_BYTES, RECORD_KINDS } from '../segment/record-format.ts'
import { createSegmentWriter } from '../segment/segment-writer.ts'
import type { Timers } from '../timers.ts'
import { writeAcknowledgement } from './acknowledgement.ts'
import type { FoundJournal } from './find-journals.ts'
import { createShipper, type ShippedJournal, type UsageLink } from './shipper.ts'

/** What recovery needs; `cursors` are what the database named at registration. */
export type RecoveryDeps = {
  readonly found: readonly FoundJournal[]
  readonly cursors: readonly JournalCursor[]
  readonly link: UsageLink
  readonly clock: Clock
  readonly timers: Timers
  readonly events: RecordEvents
}

/** How one journal's recovery ended. */
export type RecoveredJournal = {
  readonly incarnationId: string
  /** `stopped`: a person must look; the alarm has said why. */
  readonly end: 'posted' | 'stopped'
}

/**
 * Ships what earlier processes left, each up to its last word, `incarnation_end`, which closes whatever
 * it held (spending §1.4). Waits for as long as the control plane is away. May run again, with the
 * cursors of a later registration, once it has ended.
 */
export async function recoverJournals(deps: RecoveryDeps): Promise<readonly RecoveredJournal[]> {
  const recovered: RecoveredJournal[] = []
  for (const journal of deps.found) {
    const { incarnationId } = journal.scan
    recovered.push({ incarnationId, end: await recoverJournal(journal, deps) })
  }
  return recovered
}

async function recoverJournal(
  found: FoundJournal,
  deps: RecoveryDeps,
): Promise<RecoveredJournal['end']> {
  const { incarnationId } = found.scan
  const cursor = deps.cursors.find((each) => each.incarnationId === incarnationId)
  const heldSeq = found.lastWordSeq ?? found.scan.position.seq
  if (cursor === undefined || cursor.seq > heldSeq) {
    const known = cursor === undefined ? 'no journal' : `${cursor.seq} records`
    deps.events.shippingStopped(
      incarnationId,
      `This disk has ${heldSeq} records of ${incarnationId}, the control plane knows ${known}: declare the journal lost, or restore its disk.`,
    )
    return 'stopped'
  }
  if (cursor.state === 'ended' && cursor.seq === found.lastWordSeq) {
    writeAcknowledgementOnce(found, cursor.seq, deps.clock)
    return 'posted'
  }
  found.lastWordSeq ??= appendEnd(found)
  const shipper = createShipper({
    journal: deadJournal(found, found.lastWordSeq, deps.clock),
    cursor,
    isPosthumous: true,
    link: deps.link,
    timers: deps.timers,
    events: deps.events,
  })
  shipper.start()
  try {
    await shipper.finish()
    return 'posted'
  } catch {
    // NOTE: why it stopped has been told through the alarm.
    return 'stopped'
  } finally {
    shipper.stop()
  }
}

function writeAcknowledgementOnce(found: FoundJournal, seq: number, clock: Clock): void {
  if (found.report.acknowledgedSeq < seq) writeAcknowledgement(found.path, seq, clock)
}

/**
 * Appends what is missing and the last word in a segment of its own, which supersedes a tail that was cut. Whatever of
 * it a power cut leaves, the next start appends the rest.
 */
function appendEnd({ scan, directory, missingUsage }: FoundJournal): number {
  const texts = [...missingUsage, JSON.stringify({ kind: 'incarnation_end' })]
  const textBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  const writer = createSegmentWriter({
    directory,
    incarnationId: scan.incarnationId,
    start: scan.position,
    nextOrdinal: scan.nextOrdinal,
    segmentBytes: END_SEGMENT_BYTES + textBytes + texts.length * RECORD_HEADER_BYTES,
    diskReserveBytes: 0,
  })
  writer.open()
  try {
    const tags = [...missingUsage.map(() => RECORD_KINDS.usage), RECORD_KINDS.incarnation_end]
    writer.commit({ tags, texts })
    return writer.durable.seq
  } finally {
    writer.close()
  }
}

/** Besides the records; a dead process's journal grows no further. */
const END_SEGMENT_BYTES = 4_096

function deadJournal(found: FoundJournal, lastSeq: number, clock: Clock): ShippedJournal {
  const { incarnationId } = found.scan
  const reader = createRecordReader(found.directory, incarnationId)
  return {
    incarnationId,
    durableSeq: lastSeq,
    async read(range) {
      return reader.read(range).map(toReadRecord)
    },
    onDurable: () => undefined,
    shipped: (seq) => writeAcknowledgement(found.path, seq, clock),
  }
}
