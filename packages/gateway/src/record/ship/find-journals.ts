import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { IncarnationRequest } from '@mcp-orchestra/api/gateway-link'
import { parseId, type Clock } from '@mcp-orchestra/kernel'
import { openDiskDirectory } from '../segment/disk-directory.ts'
import type { JournalDirectory } from '../segment/journal-directory.ts'
import { scanJournal, type JournalScan, type ScannedRecord } from '../segment/scan-journal.ts'
import { SEGMENT_KEPT_MS } from '../segment/segment-retention.ts'
import { readAcknowledgement } from './acknowledgement.ts'
import { claimRoot } from './claim-root.ts'
import { OpenStreams } from './open-streams.ts'

/** A journal that an earlier process left on this disk. */
export type FoundJournal = {
  readonly path: string
  readonly directory: JournalDirectory
  readonly scan: JournalScan
  /** What the control plane is told when this process registers. */
  readonly report: IncarnationRequest['journals'][number]
  /** Usage records of streams that its process did not end, to be written before its last word. */
  readonly missingUsage: readonly string[]
  /** Where its last word stands; undefined until recovery has written it. */
  lastWordSeq: number | undefined
}

/** Is told of each record of each found journal, oldest journal first. */
export type RecordVisitor = (incarnationId: string, record: ScannedRecord) => void

/** A lease as it was noted when it was granted. */
type GrantNote = IncarnationRequest['journals'][number]['leases'][number]

/**
 * Replays every journal under the root. A journal that was shipped to its end 72 h ago is removed instead.
 * Throws JournalDamaged, or JournalsInUse while another process writes here: their messages are sentences
 * for the operator.
 */
export function findJournals(options: {
  readonly root: string
  readonly clock: Clock
  readonly visit?: RecordVisitor
}): readonly FoundJournal[] {
  const { root, clock, visit } = options
  const found: FoundJournal[] = []
  openDiskDirectory(root)
  claimRoot(root)
  for (const name of readdirSync(root).toSorted()) {
    if (parseId('inc', name) === undefined) continue
    const path = join(root, name)
    const directory = openDiskDirectory(path)
    const leases = new Map<string, GrantNote>()
    const streams = new OpenStreams()
    const scan = scanJournal(directory, name, (record) => {
      streams.visit(record)
      if (record.kind === 'lease_grant') noteGrant(leases, record)
      visit?.(name, record)
    })
    const acknowledged = readAcknowledgement(path)
    const lastWordSeq = scan.lastKind === 'incarnation_end' ? scan.position.seq : undefined
    const isEnded = lastWordSeq !== undefined && acknowledged.seq >= lastWordSeq
    if (isEnded && clock.now() - acknowledged.at >= SEGMENT_KEPT_MS) {
      rmSync(path, { recursive: true })
      continue
    }
    const report = {
      incarnationId: name,
      lastSeq: scan.position.seq,
      acknowledgedSeq: acknowledged.seq,
      leases: [...leases.values()],
    }
    found.push({ path, directory, scan, report, missingUsage: streams.texts(), lastWordSeq })
  }
  return found
}

function noteGrant(leases: Map<string, GrantNote>, record: ScannedRecord): void {
  const { leaseId, payerId, granted, windows } = JSON.parse(record.payload.toString()) as GrantNote
  leases.set(leaseId, {
    leaseId,
    payerId,
    granted,
    ...(windows === undefined ? {} : { windows }),
  })
}
