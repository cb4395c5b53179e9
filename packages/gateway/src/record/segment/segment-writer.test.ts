import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFaultyDisk, type DiskFault, type FaultyDisk } from '../faulty-disk.testing.ts'
import { genesis } from './hash-chain.ts'
import { scanJournal } from './scan-journal.ts'
import { createSegmentWriter, SegmentFailure, type SegmentWriter } from './segment-writer.ts'

const INCARNATION = 'inc_01hzzzzzzzzzzzzzzzzzzzzzzz'

function writerOn(disk: FaultyDisk, segmentBytes = 1_024): SegmentWriter {
  return createSegmentWriter({
    directory: disk,
    incarnationId: INCARNATION,
    start: genesis(INCARNATION),
    nextOrdinal: 1,
    segmentBytes,
    diskReserveBytes: 0,
  })
}

function textsOn(disk: FaultyDisk): string[] {
  const texts: string[] = []
  scanJournal(disk, INCARNATION, ({ payload }) => texts.push(payload.toString()))
  return texts
}

describe('the writer', () => {
  it('makes each group durable with one write and one fdatasync', () => {
    const disk = createFaultyDisk()
    const writer = writerOn(disk, 65_536)
    writer.open()
    const asked: string[] = []
    disk.onOperation = (operation) => {
      asked.push(operation)
      return 'none'
    }
    writer.commit({
      tags: Array.from({ length: 50 }, () => 1),
      texts: Array.from({ length: 50 }, () => '{}'),
    })
    expect(asked).toEqual(['write', 'sync'])
  })

  it('prepares the next segment ahead, in pieces, and then opens it without writing zeros', () => {
    const disk = createFaultyDisk()
    const writer = writerOn(disk, 1_048_576)
    writer.open()
    expect(writer.prepare()).toBe(false)
    writer.commit({ tags: [1], texts: ['x'.repeat(600_000)] })
    const roomBefore = writer.roomBytes()
    while (writer.prepare()) expect(disk.list()).toContain('spare.new')
    expect(writer.roomBytes()).toBe(roomBefore)
    const asked: string[] = []
    disk.onOperation = (operation) => {
      asked.push(operation)
      return 'none'
    }
    writer.commit({ tags: [1], texts: ['y'.repeat(600_000)] })
    expect(asked).toEqual(['write', 'sync', 'rename', 'syncDirectory', 'write', 'sync'])
  })

  it('promises no more room than a full disk has, and says so when a segment cannot be made', () => {
    const disk = createFaultyDisk()
    const writer = writerOn(disk)
    writer.open()
    disk.freeBytesLeft = 0
    const room = writer.roomBytes()
    expect(room).toBeLessThan(1_024)
    expect(() => {
      for (let index = 0; index < 20; index += 1) writer.commit({ tags: [1], texts: ['{"n":1}'] })
    }).toThrow(/ENOSPC/)
    expect(writer.isOpen).toBe(false)
    expect(textsOn(disk).length).toBe(writer.durable.seq)
    disk.freeBytesLeft = 100_000
    writer.open()
    writer.commit({ tags: [1], texts: ['{"after":true}'] })
    expect(textsOn(disk).at(-1)).toBe('{"after":true}')
  })

  it('never replays what a failed fdatasync gave up, although it reached the plate', () => {
    const disk = createFaultyDisk()
    const writer = writerOn(disk)
    writer.open()
    writer.commit({ tags: [1], texts: ['"kept"'] })
    disk.onOperation = (operation) => (operation === 'sync' ? 'fails' : 'none')
    expect(() => writer.commit({ tags: [1, 1], texts: ['"given up"', '"given up too"'] })).toThrow(
      SegmentFailure,
    )
    disk.onOperation = () => 'none'
    expect(() => writer.commit({ tags: [1], texts: ['"too early"'] })).toThrow(SegmentFailure)
    expect(textsOn(disk.afterPowerLoss(() => true))).toEqual([
      '"kept"',
      '"given up"',
      '"given up too"',
    ])
    writer.open()
    expect(textsOn(disk.afterPowerLoss(() => true))).toEqual(['"kept"'])
    writer.commit({ tags: [1], texts: ['"next"'] })
    expect(textsOn(disk.afterPowerLoss(() => false))).toEqual(['"kept"', '"next"'])
  })
})

type Step = { readonly texts: readonly string[]; readonly prepare: boolean }

/** Drives a writer until the power fails; a failed segment is replaced, as the journal's host does. */
function drive(
  disk: FaultyDisk,
  steps: readonly Step[],
): { acknowledged: string[]; maybe: string[] } {
  const writer = writerOn(disk)
  const acknowledged: string[] = []
  let maybe: string[] = []
  const attempt = (work: () => void): void => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof SegmentFailure)) throw error
    }
  }
  attempt(() => writer.open())
  for (const { texts, prepare } of steps) {
    if (!writer.isOpen) attempt(() => writer.open())
    if (writer.isOpen) maybe = []
    const before = writer.durable.seq
    attempt(() => writer.commit({ tags: texts.map(() => 1), texts }))
    const done = writer.durable.seq - before
    acknowledged.push(...texts.slice(0, done))
    if (!writer.isOpen) maybe.push(...texts.slice(done))
    if (prepare) writer.prepare()
  }
  return { acknowledged, maybe }
}

const someSteps = fc.array(
  fc.record({
    texts: fc.array(fc.json({ maxDepth: 1 }), { minLength: 1, maxLength: 5 }),
    prepare: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
)

describe('on a disk that fails', () => {
  it('a journal killed at any operation replays all that was acknowledged, then at most what was asked', () => {
    fc.assert(
      fc.property(someSteps, fc.nat(1_000_000), (steps, seed) => {
        const sound = createFaultyDisk(64)
        drive(sound, steps)
        for (let killAt = 0; killAt < sound.operations; killAt += 1) {
          const disk = createFaultyDisk(64)
          disk.onOperation = (_, index) => (index === killAt ? 'kills' : 'none')
          const { acknowledged, maybe } = drive(disk, steps)
          const found = textsOn(disk.afterPowerLoss(coins(seed + killAt)))
          expect(found.slice(0, acknowledged.length)).toEqual(acknowledged)
          expect(maybe.slice(0, found.length - acknowledged.length)).toEqual(
            found.slice(acknowledged.length),
          )
        }
      }),
      { numRuns: 60 },
    )
  })

  it('a journal whose operations fail here and there acknowledges nothing twice and loses nothing', () => {
    const faults = fc.array(fc.constantFrom<DiskFault>('none', 'none', 'none', 'fails', 'torn'), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(someSteps, faults, fc.nat(1_000_000), (steps, plan, seed) => {
        const disk = createFaultyDisk(64)
        disk.onOperation = (operation, index) => {
          const fault = plan[index] ?? 'none'
          return fault === 'torn' && operation !== 'write' ? 'fails' : fault
        }
        const { acknowledged, maybe } = drive(disk, steps)
        const found = textsOn(disk.afterPowerLoss(coins(seed)))
        expect(found.slice(0, acknowledged.length)).toEqual(acknowledged)
        expect(maybe.slice(0, found.length - acknowledged.length)).toEqual(
          found.slice(acknowledged.length),
        )
      }),
      { numRuns: 500 },
    )
  })
})

/** A repeatable sequence of coin tosses (xorshift32). */
function coins(seed: number): () => boolean {
  let state = seed + 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state & 1) === 1
  }
}
