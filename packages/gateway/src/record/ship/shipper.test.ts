import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../segment/record-format.ts'
import { openInlineJournal, TEST_INCARNATION, type InlineJournal } from '../testing.ts'
import { createShipper, type Shipper } from './shipper.ts'
import { createFakeLedger, type FakeLedger } from './testing.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

type Bench = InlineJournal & { readonly ledger: FakeLedger; readonly shipper: Shipper }

async function startBench(segmentBytes = 262_144): Promise<Bench> {
  const inline = await openInlineJournal({ segmentBytes })
  const ledger = createFakeLedger(TEST_INCARNATION)
  const { journal, time, events } = inline
  const shipper = createShipper({ journal, link: ledger, timers: time, events })
  shipper.start()
  return { ...inline, ledger, shipper }
}

async function write({ journal }: Bench, from: number, to: number): Promise<void> {
  const entries: JournalEntry[] = []
  for (let n = from; n < to; n += 1) entries.push({ kind: 'usage', keyed: false, text: `${n}` })
  await journal.commit(entries)
}

/** Lets time pass until nothing more happens. */
async function pass({ time }: Bench, milliseconds = 10_000): Promise<void> {
  for (let elapsed = 0; elapsed < milliseconds; elapsed += 100) {
    for (let count = 0; count < 6; count += 1) await turn()
    time.advance(100)
  }
}

function texts(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => `${from + index}`)
}

describe('the shipper', () => {
  it('posts each durable record once, in order, in batches of at most 500', async () => {
    const bench = await startBench()
    await write(bench, 0, 1_203)
    await pass(bench)
    expect(bench.ledger.posted).toEqual(texts(0, 1_203))
    expect(bench.ledger.batches).toEqual([500, 500, 203])
    expect(bench.shipper.cursor.seq).toBe(1_203)
  })

  it('gathers what comes within a moment into one batch', async () => {
    const bench = await startBench()
    for (let n = 0; n < 5; n += 1) await write(bench, n, n + 1)
    await pass(bench)
    expect(bench.ledger.batches).toEqual([5])
  })

  it('ships the digest of an outcome, never the outcome', async () => {
    const bench = await startBench()
    await bench.journal.commit([
      { kind: 'outcome', keyed: true, text: '{"sealed":"secret"}' },
      { kind: 'usage', keyed: true, text: '1' },
    ])
    await pass(bench)
    expect(bench.ledger.posted).toEqual([null, '1'])
  })

  it('posts once although answers are lost and the link breaks', async () => {
    const bench = await startBench()
    bench.ledger.faults.push(new Error('reset'), 'lose', new Error('reset'), 'lose')
    await write(bench, 0, 10)
    await pass(bench)
    await write(bench, 10, 20)
    await pass(bench)
    expect(bench.ledger.posted).toEqual(texts(0, 20))
    expect(bench.events.told.every((each) => each.startsWith('delayed'))).toBe(true)
  })

  it('ships again from where a restored database stands', async () => {
    const bench = await startBench()
    await write(bench, 0, 10)
    await pass(bench)
    const restored = { ...bench.ledger.cursor }
    await write(bench, 10, 20)
    await pass(bench)
    bench.ledger.cursor = restored
    bench.ledger.posted.length = 10
    await write(bench, 20, 30)
    await pass(bench)
    expect(bench.ledger.posted).toEqual(texts(0, 30))
    expect(bench.shipper.acknowledgedSeq).toBe(30)
  })

  it('ships again without a further record when it is told that the database went back', async () => {
    const bench = await startBench()
    await write(bench, 0, 10)
    await pass(bench)
    const restored = { ...bench.ledger.cursor }
    await write(bench, 10, 20)
    await pass(bench)
    bench.ledger.cursor = restored
    bench.ledger.posted.length = 10
    bench.shipper.follow(restored)
    await pass(bench)
    expect(bench.ledger.posted).toEqual(texts(0, 20))
  })

  it.each([
    ['has more records than this disk', { seq: 99 }, /the journal went back/],
    ['has another record than this disk', { seq: 3, hash: 'ab'.repeat(32) }, /differs/],
    ['declared this journal lost', { state: 'lost' as const }, /fenced/],
    ['names another journal', { incarnationId: 'inc_other' }, /another journal/],
  ])('stops and raises an alarm when the control plane %s', async (_, change, sentence) => {
    const bench = await startBench()
    await write(bench, 0, 5)
    await pass(bench)
    bench.ledger.cursor = { ...bench.ledger.cursor, ...change }
    bench.ledger.faults.push('refuse')
    await write(bench, 5, 6)
    await pass(bench)
    expect(bench.shipper.isStopped).toBe(true)
    expect(bench.events.told).toHaveLength(1)
    expect(bench.events.told[0]).toMatch(sentence)
    await expect(bench.shipper.finish()).rejects.toThrow(sentence)
  })

  it('stops and raises an alarm when a batch at the cursor is refused', async () => {
    const bench = await startBench()
    bench.ledger.faults.push('refuse')
    await write(bench, 0, 1)
    await pass(bench)
    expect(bench.events.told).toEqual([
      `stopped: The control plane refused records of ${TEST_INCARNATION} after 0.`,
    ])
  })

  it('stops and raises an alarm when records that it must ship are gone from the disk', async () => {
    const bench = await startBench(16_384)
    bench.ledger.faults.push(...Array.from({ length: 3 }, () => new Error('away')))
    for (let n = 0; n < 400; n += 10) await write(bench, n, n + 10)
    bench.disk.remove('0000000001.seg')
    await pass(bench)
    expect(bench.events.told.at(-1)).toMatch(/no longer in the journal/)
  })

  it('finishes when everything durable is posted', async () => {
    const bench = await startBench()
    await write(bench, 0, 700)
    let isFinished = false
    const finished = bench.shipper.finish().then(() => (isFinished = true))
    expect(isFinished).toBe(false)
    await pass(bench, 1_000)
    await finished
    expect(bench.ledger.posted).toHaveLength(700)
  })
})
