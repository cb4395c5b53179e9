import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDiskDirectory } from '../segment/disk-directory.ts'
import { scanJournal } from '../segment/scan-journal.ts'
import { keepEvents, TEST_INCARNATION } from '../testing.ts'
import { systemTimers } from '../timers.ts'
import { openJournal } from './open-journal.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'journal-'))
})
afterEach(() => rm(root, { recursive: true }))

describe('a journal in a thread of its own', () => {
  it('keeps ten thousand records of many callers, and reads them back', async () => {
    const events = keepEvents()
    const journal = await openJournal({
      root,
      incarnationId: TEST_INCARNATION,
      timers: systemTimers,
      events,
      segmentBytes: 262_144,
    })
    const text = (index: number): string => JSON.stringify({ index, fill: 'é'.repeat(index % 200) })
    let next = 0
    async function caller(): Promise<void> {
      while (next < 10_000) {
        const index = next
        next += 1
        await journal.commit([{ kind: 'usage', keyed: false, text: text(index) }])
      }
    }
    await Promise.all(Array.from({ length: 64 }, caller))
    expect(journal.durableSeq).toBe(10_000)
    const [record] = await journal.read({
      fromSeq: 7_777,
      throughSeq: 7_777,
      recordsMax: 1,
      bytesMax: 1,
    })
    expect(record?.text).toBe(text(7_776))
    await journal.close()
    const found: string[] = []
    const scan = scanJournal(
      openDiskDirectory(join(root, TEST_INCARNATION)),
      TEST_INCARNATION,
      (each) => found.push(each.payload.toString()),
    )
    expect(found).toEqual(Array.from({ length: 10_000 }, (_, index) => text(index)))
    expect(scan.segments.length).toBeGreaterThan(5)
    expect(events.told).toEqual([])
  })

  it('promises room by what the file system really has', async () => {
    const journal = await openJournal({
      root,
      incarnationId: TEST_INCARNATION,
      timers: systemTimers,
      events: keepEvents(),
      segmentBytes: 65_536,
      diskReserveBytes: Number.MAX_SAFE_INTEGER,
    })
    expect(journal.admit(60_000)).toBeUndefined()
    expect(journal.admit(60_000)).toBe('record.journal_full')
    await journal.close()
  })

  it('says in a sentence that its directory cannot be made', async () => {
    const opening = openJournal({
      root: '/proc/nowhere',
      incarnationId: TEST_INCARNATION,
      timers: systemTimers,
      events: keepEvents(),
    })
    await expect(opening).rejects.toThrow(/the journal thread failed: ENOENT/)
  })
})
