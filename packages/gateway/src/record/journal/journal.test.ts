import { Problem } from '@mcp-orchestra/kernel'
import { describe, expect, it } from 'vitest'
import { scanJournal } from '../segment/scan-journal.ts'
import type { JournalEntry } from '../segment/record-format.ts'
import { openInlineJournal, TEST_INCARNATION, type InlineJournal } from '../testing.ts'

function usage(text: string): JournalEntry {
  return { kind: 'usage', keyed: false, text: JSON.stringify(text) }
}

function textsOn({ disk }: InlineJournal): string[] {
  const texts: string[] = []
  scanJournal(
    disk.afterPowerLoss(() => false),
    TEST_INCARNATION,
    ({ payload }) => texts.push(JSON.parse(payload.toString()) as string),
  )
  return texts
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lets the journal's turn, the host's turn and the answers pass. */
async function settle(): Promise<void> {
  for (let count = 0; count < 4; count += 1) await turn()
}

describe('a journal', () => {
  it('resolves a commit only when its record survives a power failure', async () => {
    const bench = await openInlineJournal()
    bench.hold()
    let isDurable = false
    const committed = bench.journal.commit([usage('a')]).then((seq) => {
      isDurable = true
      return seq
    })
    await settle()
    expect(isDurable).toBe(false)
    expect(textsOn(bench)).toEqual([])
    bench.deliver()
    expect(await committed).toBe(1)
    expect(textsOn(bench)).toEqual(['a'])
  })

  it('commits all that one turn gathers with one fdatasync, and all that gathers meanwhile with the next', async () => {
    const bench = await openInlineJournal()
    bench.hold()
    const first = [bench.journal.commit([usage('a')]), bench.journal.commit([usage('b')])]
    bench.journal.append([usage('free')])
    await settle()
    const meanwhile = [bench.journal.commit([usage('c')])]
    await settle()
    meanwhile.push(bench.journal.commit([usage('d')]))
    await settle()
    const before = bench.disk.operations
    bench.deliver()
    expect(await Promise.all([...first, ...meanwhile])).toEqual([1, 2, 4, 5])
    expect(bench.disk.operations - before).toBe(4)
    expect(textsOn(bench)).toEqual(['a', 'b', 'free', 'c', 'd'])
  })

  it('lets records that nobody waits for gather, and takes them along with the first that somebody waits for', async () => {
    let leave: () => void = () => undefined
    const bench = await openInlineJournal({ linger: (work) => void (leave = work) })
    const before = bench.disk.operations
    bench.journal.append([usage('free')])
    await settle()
    expect(bench.disk.operations).toBe(before)
    expect(await bench.journal.commit([usage('paid')])).toBe(2)
    expect(bench.disk.operations - before).toBe(2)
    bench.journal.append([usage('later')])
    leave()
    await settle()
    expect(textsOn(bench)).toEqual(['free', 'paid', 'later'])
  })

  it('keeps the place of a record that lingered while a disk failed', async () => {
    let leave: () => void = () => undefined
    const bench = await openInlineJournal({ linger: (work) => void (leave = work) })
    let faults = 1
    bench.disk.onOperation = (operation) =>
      operation === 'sync' && faults-- > 0 ? 'fails' : 'none'
    bench.journal.append([usage('free')])
    await expect(bench.journal.commit([usage('given up')])).rejects.toThrow(Problem)
    leave()
    await settle()
    expect(await bench.journal.commit([usage('next')])).toBe(2)
    expect(textsOn(bench)).toEqual(['free', 'next'])
  })

  it('rejects what a failed fdatasync gave up, keeps the free records, and goes on in a new segment', async () => {
    const bench = await openInlineJournal()
    await bench.journal.commit([usage('kept')])
    let faults = 1
    bench.disk.onOperation = (operation) =>
      operation === 'sync' && faults-- > 0 ? 'fails' : 'none'
    const rejected = bench.journal.commit([usage('given up')])
    bench.journal.append([usage('free')])
    await expect(rejected).rejects.toThrow(Problem)
    await expect(rejected).rejects.toMatchObject({ code: 'record.journal_unavailable' })
    expect(await bench.journal.commit([usage('next')])).toBe(3)
    expect(textsOn(bench)).toEqual(['kept', 'free', 'next'])
    expect(bench.events.told[0]).toMatch(/^failed \(true\)/)
  })

  it('refuses paid calls while no segment can be opened, and takes them again when one can', async () => {
    const bench = await openInlineJournal()
    bench.disk.onOperation = () => 'fails'
    await expect(bench.journal.commit([usage('a')])).rejects.toThrow(Problem)
    expect(bench.journal.admit(1)).toBe('record.journal_unavailable')
    await expect(bench.journal.commit([usage('b')])).rejects.toThrow(Problem)
    bench.journal.append([usage('free')])
    bench.time.advance(1_000)
    await settle()
    expect(bench.journal.admit(1)).toBe('record.journal_unavailable')
    bench.disk.onOperation = () => 'none'
    bench.time.advance(1_000)
    await settle()
    expect(bench.journal.admit(1)).toBeUndefined()
    expect(await bench.journal.commit([usage('c')])).toBe(2)
    expect(textsOn(bench)).toEqual(['free', 'c'])
    expect(bench.events.told.at(-1)).toBe('reopened')
  })

  it('counts what it drops when free records find no disk for too long', async () => {
    const bench = await openInlineJournal()
    bench.disk.onOperation = () => 'fails'
    await expect(bench.journal.commit([usage('a')])).rejects.toThrow(Problem)
    bench.journal.append(Array.from({ length: 10_003 }, (_, index) => usage(`${index}`)))
    expect(bench.events.told.at(-1)).toBe('dropped 3')
  })

  it('promises room once, and none that the disk does not have', async () => {
    const bench = await openInlineJournal({ segmentBytes: 4_096 })
    bench.disk.freeBytesLeft = 0
    await bench.journal.commit([usage('a')])
    expect(bench.journal.admit(3_000)).toBeUndefined()
    expect(bench.journal.admit(3_000)).toBe('record.journal_full')
    bench.journal.leave(3_000)
    expect(bench.journal.admit(3_000)).toBeUndefined()
  })

  it('reads durable records back, over segments and past given-up ones', async () => {
    const bench = await openInlineJournal({ segmentBytes: 1_024 })
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`)
    for (const text of texts.slice(0, 20)) await bench.journal.commit([usage(text)])
    const range = { fromSeq: 1, throughSeq: 1_000, recordsMax: 15, bytesMax: 1_000_000 }
    const first = await bench.journal.read(range)
    let faults = 1
    bench.disk.onOperation = (operation) =>
      operation === 'sync' && faults-- > 0 ? 'fails' : 'none'
    await expect(bench.journal.commit([usage('given up')])).rejects.toThrow(Problem)
    for (const text of texts.slice(20)) await bench.journal.commit([usage(text)])
    const read = [...first]
    for (;;) {
      const more = await bench.journal.read({ ...range, fromSeq: read.length + 1 })
      if (more.length === 0) break
      read.push(...more)
    }
    expect(read.map(({ text }) => JSON.parse(text) as string)).toEqual(texts)
    expect(read.map(({ seq }) => seq)).toEqual(texts.map((_, index) => index + 1))
    await expect(bench.journal.read({ ...range, fromSeq: 0, throughSeq: 0 })).rejects.toThrow(
      /no longer in the journal/,
    )
  })

  it('sends a free record to the disk at the end of the turn, without a timer', async () => {
    const bench = await openInlineJournal()
    bench.journal.append([usage('free')])
    await settle()
    expect(bench.time.pending).toBe(0)
    expect(textsOn(bench)).toEqual(['free'])
  })

  it('counts what comes after it was closed as dropped', async () => {
    const bench = await openInlineJournal()
    await bench.journal.close()
    bench.journal.append([usage('late')])
    await expect(bench.journal.commit([usage('late')])).rejects.toThrow(Problem)
    expect(bench.events.told).toEqual(['dropped 1'])
  })

  it('whose thread died rejects who waits, refuses paid calls, and calls for a new process', async () => {
    const bench = await openInlineJournal()
    bench.hold()
    const waiting = bench.journal.commit([usage('a')])
    await settle()
    bench.die('the journal thread ended')
    await expect(waiting).rejects.toThrow(Problem)
    expect(bench.journal.admit(1)).toBe('record.journal_unavailable')
    await expect(bench.journal.commit([usage('b')])).rejects.toThrow(Problem)
    bench.journal.append([usage('free')])
    expect(bench.events.told.at(-1)).toBe('stopped: the journal thread ended')
    await bench.journal.close()
  })

  it('keeps records up to 1 MiB; a longer one is the bug of its caller alone', async () => {
    const bench = await openInlineJournal({ segmentBytes: 4_194_304 })
    const long = 'é'.repeat(500_000)
    await bench.journal.commit([usage('a'), usage(long), usage('b')])
    const range = { fromSeq: 1, throughSeq: 3, recordsMax: 9, bytesMax: 10_000_000 }
    const read = await bench.journal.read(range)
    expect(read.map(({ text }) => JSON.parse(text) as string)).toEqual(['a', long, 'b'])
    expect(() => bench.journal.append([usage('é'.repeat(600_000))])).toThrow('at most 1 MiB')
    expect(await bench.journal.commit([usage('c')])).toBe(4)
  })

  it('writes what is queued before it closes', async () => {
    const bench = await openInlineJournal()
    bench.journal.append([usage('last')])
    await bench.journal.close()
    expect(textsOn(bench)).toEqual(['last'])
  })
})
