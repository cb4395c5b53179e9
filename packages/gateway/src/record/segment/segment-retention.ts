import type { Clock } from '@mcp-orchestra/kernel'
import type { JournalDirectory } from './journal-directory.ts'
import { segmentFiles } from './scan-journal.ts'

/** Shipped segments stay this long (72 h): a database restored to yesterday asks for them again (spending §4.15). */
export const SEGMENT_KEPT_MS = 72 * 3_600_000

/** Segments come and go slowly; the directory is read no more often than this. */
const LOOK_INTERVAL_MS = 60_000

/** Removes segments that were wholly shipped {@link SEGMENT_KEPT_MS} ago. */
export interface SegmentRetention {
  /** The control plane has everything up to this sequence. */
  shipped(seq: number): void
}

/**
 * Counts from when this process saw a segment shipped; the segment in use is never removed. How long a
 * dead process's journal stays is decided when it is found (see find-journals.ts).
 */
export function createSegmentRetention(options: {
  readonly directory: JournalDirectory
  readonly incarnationId: string
  readonly clock: Clock
}): SegmentRetention {
  const { directory, incarnationId, clock } = options
  const shippedAtMs = new Map<string, number>()
  let lookedAtMs = Number.NEGATIVE_INFINITY
  return {
    shipped(seq) {
      const nowMs = clock.monotonicMs()
      if (nowMs - lookedAtMs < LOOK_INTERVAL_MS) return
      lookedAtMs = nowMs
      const files = segmentFiles(directory, incarnationId)
      for (const [index, { name }] of files.entries()) {
        const next = files[index + 1]
        if (next === undefined || next.header.firstSeq - 1 > seq) break
        const since = shippedAtMs.get(name) ?? nowMs
        shippedAtMs.set(name, since)
        if (nowMs - since < SEGMENT_KEPT_MS) continue
        directory.remove(name)
        shippedAtMs.delete(name)
      }
    },
  }
}
