import { expect, it } from 'vitest'
import { createFaultyDisk } from '../faulty-disk.testing.ts'
import { createFakeTime, TEST_INCARNATION } from '../testing.ts'
import { genesis } from './hash-chain.ts'
import { scanJournal } from './scan-journal.ts'
import { createSegmentRetention, SEGMENT_KEPT_MS } from './segment-retention.ts'
import { createSegmentWriter } from './segment-writer.ts'

it('a segment goes 72 hours after all of it was shipped, oldest first, and never the one in use', () => {
  const disk = createFaultyDisk()
  const time = createFakeTime()
  const writer = createSegmentWriter({
    directory: disk,
    incarnationId: TEST_INCARNATION,
    start: genesis(TEST_INCARNATION),
    nextOrdinal: 1,
    segmentBytes: 1_024,
    diskReserveBytes: 0,
  })
  writer.open()
  for (let count = 0; count < 40; count += 1) writer.commit({ tags: [1], texts: ['{}'] })
  const segments = scanJournal(disk, TEST_INCARNATION).segments
  const [first, second] = segments
  const names = (): string[] => scanJournal(disk, TEST_INCARNATION).segments.map(({ name }) => name)
  const retention = createSegmentRetention({
    directory: disk,
    incarnationId: TEST_INCARNATION,
    clock: time,
  })

  retention.shipped((first?.lastSeq ?? 0) - 1)
  time.advance(SEGMENT_KEPT_MS)
  retention.shipped(first?.lastSeq ?? 0)
  expect(names()).toHaveLength(segments.length)
  time.advance(SEGMENT_KEPT_MS - 60_000)
  retention.shipped(40)
  expect(names()).toHaveLength(segments.length)
  time.advance(60_000)
  retention.shipped(40)
  expect(names()[0]).toBe(second?.name)
  time.advance(SEGMENT_KEPT_MS)
  retention.shipped(40)
  expect(names()).toEqual([segments.at(-1)?.name])
  expect(scanJournal(disk, TEST_INCARNATION).position.seq).toBe(40)
})
