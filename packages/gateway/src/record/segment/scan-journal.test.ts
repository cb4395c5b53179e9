import { describe, expect, it } from 'vitest'
import { createFaultyDisk, type FaultyDisk } from '../faulty-disk.testing.ts'
import { genesis } from './hash-chain.ts'
import { RECORD_HEADER_BYTES } from './record-format.ts'
import { JournalDamaged, scanJournal } from './scan-journal.ts'
import { SEGMENT_HEADER_BYTES, segmentName } from './segment-header.ts'
import { createSegmentWriter, type SegmentWriter } from './segment-writer.ts'

const INCARNATION = 'inc_01hzzzzzzzzzzzzzzzzzzzzzzz'
const SEGMENT_BYTES = 2_048
const FIRST = segmentName(1)

function openWriter(disk: FaultyDisk): SegmentWriter {
  const writer = createSegmentWriter({
    directory: disk,
    incarnationId: INCARNATION,
    start: genesis(INCARNATION),
    nextOrdinal: 1,
    segmentBytes: SEGMENT_BYTES,
    diskReserveBytes: 0,
  })
  writer.open()
  return writer
}

function commit(writer: SegmentWriter, ...texts: string[]): void {
  writer.commit({ tags: texts.map(() => 1), texts })
}

function textsOn(disk: FaultyDisk): string[] {
  const texts: string[] = []
  scanJournal(disk, INCARNATION, ({ payload }) => texts.push(payload.toString()))
  return texts
}

/** Offsets at which records end, first record first. */
function endsOf(texts: readonly string[]): number[] {
  let end = SEGMENT_HEADER_BYTES
  return texts.map((text) => (end += RECORD_HEADER_BYTES + Buffer.byteLength(text)))
}

describe('a replay', () => {
  it('finds what was committed, in order, over many segments, and continues the chain', () => {
    const disk = createFaultyDisk()
    const writer = openWriter(disk)
    const texts = Array.from(
      { length: 100 },
      (_, index) => `{"n":${index},"é":"${'x'.repeat(index)}"}`,
    )
    for (let index = 0; index < 100; index += 4) commit(writer, ...texts.slice(index, index + 4))
    expect(textsOn(disk)).toEqual(texts)
    const scan = scanJournal(disk, INCARNATION)
    expect(scan.position.seq).toBe(100)
    expect(scan.position.hash).toEqual(writer.durable.hash)
    expect(scan.segments.length).toBeGreaterThan(5)
    expect(scan.cut).toBeUndefined()
  })

  it('of an empty directory begins at genesis', () => {
    const scan = scanJournal(createFaultyDisk(), INCARNATION)
    expect(scan).toMatchObject({ position: { seq: 0 }, nextOrdinal: 1, segments: [] })
  })

  const texts = ['{"a":1}', '{"b":22}', '{"c":333}', '{"d":4444}']
  const ends = endsOf(texts)
  const wholeUpTo = (bytes: number): string[] => texts.filter((_, n) => (ends[n] ?? 0) <= bytes)

  it('cuts a tail that is truncated at any byte', () => {
    const disk = createFaultyDisk()
    commit(openWriter(disk), ...texts)
    const whole = Buffer.from(disk.bytesOf(FIRST))
    for (let length = SEGMENT_HEADER_BYTES; length <= whole.length; length += 1) {
      const found = createFaultyDisk()
      found.create(FIRST).write(whole.subarray(0, length), 0)
      expect(textsOn(found)).toEqual(wholeUpTo(length))
    }
  })

  it.each([
    ['zeros', 0],
    ['ones', 0xff],
    ['old bytes', 0x4d],
  ])('cuts a tail that is torn into %s at any byte', (_, filler) => {
    const disk = createFaultyDisk()
    commit(openWriter(disk), ...texts)
    const whole = Buffer.from(disk.bytesOf(FIRST))
    for (let from = SEGMENT_HEADER_BYTES; from < (ends.at(-1) ?? 0); from += 1) {
      const torn = Buffer.from(whole)
      torn.fill(filler, from)
      const found = createFaultyDisk()
      found.create(FIRST).write(torn, 0)
      expect(textsOn(found)).toEqual(wholeUpTo(from))
    }
  })

  it('cuts an unacknowledged group whose sectors survived in any combination, and keeps all before it', () => {
    const sectorBytes = 32
    const disk = createFaultyDisk(sectorBytes)
    const writer = openWriter(disk)
    commit(writer, texts[0] ?? '', texts[1] ?? '')
    disk.onOperation = (operation) => (operation === 'sync' ? 'kills' : 'none')
    expect(() => commit(writer, texts[2] ?? '', texts[3] ?? '', '{"e":5}')).toThrow('durable')
    const sectors = Math.ceil((3 * 80) / sectorBytes) + 1
    const seen = new Set<number>()
    for (let mask = 0; mask < 2 ** sectors; mask += 1) {
      let bit = 0
      const found = textsOn(disk.afterPowerLoss(() => ((mask >> bit++) & 1) === 1))
      expect([...texts, '{"e":5}'].slice(0, found.length)).toEqual(found)
      expect(found.length).toBeGreaterThanOrEqual(2)
      seen.add(found.length)
    }
    expect(seen).toEqual(new Set([2, 3, 4, 5]))
  })

  it('stops with a sentence when any byte of an acknowledged record changed', () => {
    const disk = createFaultyDisk()
    const writer = openWriter(disk)
    commit(writer, texts[0] ?? '', texts[1] ?? '')
    commit(writer, texts[2] ?? '')
    const whole = Buffer.from(disk.bytesOf(FIRST))
    for (let at = 0; at < (ends[1] ?? 0); at += 1) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 0x40
      const found = createFaultyDisk()
      found.create(FIRST).write(damaged, 0)
      expect(() => textsOn(found)).toThrow(JournalDamaged)
    }
    const damaged = Buffer.from(whole)
    damaged[SEGMENT_HEADER_BYTES + 70] = 0
    const found = createFaultyDisk()
    found.create(FIRST).write(damaged, 0)
    expect(() => textsOn(found)).toThrow(
      'The journal segment 0000000001.seg is damaged at offset 128: record 1 was acknowledged and is not there.',
    )
  })

  it('stops when a segment in the middle is missing or ends too early', () => {
    const disk = createFaultyDisk()
    const writer = openWriter(disk)
    for (let index = 0; index < 60; index += 1) commit(writer, `{"n":${index}}`)
    const names = scanJournal(disk, INCARNATION).segments.map(({ name }) => name)
    const hole = disk.afterPowerLoss(() => true)
    hole.remove(names[1] ?? '')
    expect(() => textsOn(hole)).toThrow(/is damaged at offset/)
    const short = disk.afterPowerLoss(() => true)
    short.bytesOf(names[0] ?? '').fill(0, 1_000)
    expect(() => textsOn(short)).toThrow(/is damaged at offset/)
  })

  it('begins at the first segment that retention has left', () => {
    const disk = createFaultyDisk()
    const writer = openWriter(disk)
    for (let index = 0; index < 60; index += 1) commit(writer, `{"n":${index}}`)
    const [first, second] = scanJournal(disk, INCARNATION).segments
    disk.remove(first?.name ?? '')
    const scan = scanJournal(disk, INCARNATION)
    expect(scan.segments[0]?.firstSeq).toBe(second?.firstSeq)
    expect(scan.position.hash).toEqual(writer.durable.hash)
  })

  it('refuses a segment of another incarnation', () => {
    const disk = createFaultyDisk()
    openWriter(disk)
    expect(() => scanJournal(disk, 'inc_other')).toThrow(/no valid header/)
  })
})
