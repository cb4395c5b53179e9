import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openJournal } from '../journal/open-journal.ts'
import { createFakeTime, keepEvents } from '../testing.ts'
import { systemTimers } from '../timers.ts'
import { findJournals } from './find-journals.ts'
import { recoverJournals, type RecoveredJournal } from './recover-journals.ts'
import { createRecordLookup } from './record-lookup.ts'
import { createFakeLedger, type FakeLedger } from './testing.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'journals-'))
})
afterEach(() => rm(root, { recursive: true }))

const incarnationId = createIds(systemClock).make('inc')

/** A process that wrote five records and left without a last word. */
async function leaveJournal(): Promise<void> {
  const journal = await openJournal({
    root,
    incarnationId,
    timers: systemTimers,
    events: keepEvents(),
  })
  const grant = { kind: 'lease_grant', leaseId: 'les_1', payerId: 'org_1', granted: '100' }
  journal.append([{ kind: 'lease_grant', keyed: false, text: JSON.stringify(grant) }])
  for (let n = 2; n <= 5; n += 1)
    await journal.commit([{ kind: 'usage', keyed: false, text: `${n}` }])
  await journal.close()
}

async function recover(
  ledger: FakeLedger,
  clock = systemClock,
): Promise<{ told: string[]; recovered: readonly RecoveredJournal[] }> {
  const events = keepEvents()
  const found = findJournals({ root, clock })
  const recovered = await recoverJournals({
    found,
    cursors: [ledger.cursor],
    link: ledger,
    clock,
    timers: systemTimers,
    events,
  })
  return { told: events.told, recovered }
}

describe('a start after a crash', () => {
  it('reports each journal on the disk with its leases', async () => {
    await leaveJournal()
    const [found] = findJournals({ root, clock: systemClock })
    expect(found?.report).toEqual({
      incarnationId,
      lastSeq: 5,
      acknowledgedSeq: 0,
      leases: [{ leaseId: 'les_1', payerId: 'org_1', granted: '100' }],
    })
  })

  it('ships the rest and the last word, once, however often it starts', async () => {
    await leaveJournal()
    const ledger = createFakeLedger(incarnationId)
    const end = '{"kind":"incarnation_end"}'
    for (let start = 0; start < 3; start += 1) {
      const { recovered, told } = await recover(ledger)
      expect(recovered).toEqual([{ incarnationId, end: 'posted' }])
      expect(told).toEqual([])
      expect(ledger.posted).toEqual([null, '2', '3', '4', '5', end])
    }
    expect(findJournals({ root, clock: systemClock })[0]?.report).toMatchObject({
      lastSeq: 6,
      acknowledgedSeq: 6,
    })
  })

  it('ships what a stream’s last checkpoint holds as its usage, once, before the last word', async () => {
    const journal = await openJournal({
      root,
      incarnationId,
      timers: systemTimers,
      events: keepEvents(),
    })
    const usage = (id: string, amount: string): string =>
      JSON.stringify({ kind: 'usage', id, amount })
    const write = (kind: 'checkpoint' | 'usage', text: string): Promise<number> =>
      journal.commit([{ kind, keyed: false, text }])
    await write('checkpoint', usage('evt_cut', '10'))
    await write('checkpoint', usage('evt_whole', '20'))
    await write('checkpoint', usage('evt_cut', '30'))
    await write('usage', usage('evt_whole', '25'))
    await journal.close()
    const ledger = createFakeLedger(incarnationId)
    for (let start = 0; start < 3; start += 1) {
      expect((await recover(ledger)).told).toEqual([])
      expect(ledger.posted).toEqual([
        null,
        null,
        null,
        usage('evt_whole', '25'),
        usage('evt_cut', '30'),
        '{"kind":"incarnation_end"}',
      ])
    }
  })

  it('goes on when it died between the last word and its posting', async () => {
    await leaveJournal()
    const ledger = createFakeLedger(incarnationId)
    const before = join(root, 'copy')
    await recover(ledger)
    await cp(join(root, incarnationId), before, { recursive: true })
    ledger.posted.length = 5
    const unposted = createFakeLedger(incarnationId)
    await recover(unposted)
    expect(unposted.posted).toHaveLength(6)
  })

  it('runs again after a later registration, and ships again what a restored database lost', async () => {
    await leaveJournal()
    const ledger = createFakeLedger(incarnationId)
    const events = keepEvents()
    const found = findJournals({ root, clock: systemClock })
    const deps = { found, link: ledger, clock: systemClock, timers: systemTimers, events }
    await recoverJournals({ ...deps, cursors: [ledger.cursor] })
    await recoverJournals({ ...deps, cursors: [ledger.cursor] })
    expect(ledger.posted).toHaveLength(6)
    const restored = createFakeLedger(incarnationId)
    await recoverJournals({ ...deps, link: restored, cursors: [restored.cursor] })
    expect(restored.posted).toEqual(ledger.posted)
    expect(events.told).toEqual([])
  })

  it('stops with an alarm when the control plane has more than the disk, or does not know the journal', async () => {
    await leaveJournal()
    const ledger = createFakeLedger(incarnationId)
    ledger.cursor = { ...ledger.cursor, seq: 77 }
    const { recovered, told } = await recover(ledger)
    expect(recovered).toEqual([{ incarnationId, end: 'stopped' }])
    expect(told[0]).toMatch(/the control plane knows 77 records/)
    const stranger = createFakeLedger('inc_other')
    expect((await recover(stranger)).told[0]).toMatch(/the control plane knows no journal/)
    expect(ledger.posted).toEqual([])
  })

  it('finds a single record again, and misses it without an error when its journal is gone', async () => {
    await leaveJournal()
    const own = { incarnationId: 'inc_own', read: async () => [] }
    const lookup = createRecordLookup({ root, journal: own })
    expect(await lookup({ incarnationId, seq: 3 })).toBe('3')
    expect(await lookup({ incarnationId, seq: 9 })).toBeUndefined()
    expect(await lookup({ incarnationId: 'inc_gone', seq: 1 })).toBeUndefined()
  })

  it('is refused while another living process owns the directory, and not after it died', async () => {
    await leaveJournal()
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(holder, 'spawn')
    const ticks = (await readFile(`/proc/${holder.pid}/stat`, 'utf8'))
      .split(') ')[1]
      ?.split(' ')[19]
    const claim = (startedAtTicks: string | undefined): Promise<void> =>
      writeFile(join(root, 'owner.json'), JSON.stringify({ pid: holder.pid, startedAtTicks }))
    await claim(ticks)
    expect(() => findJournals({ root, clock: systemClock })).toThrow(
      `are in use by process ${holder.pid}`,
    )
    await claim('1')
    expect(findJournals({ root, clock: systemClock })).toHaveLength(1)
    await claim(ticks)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    expect(findJournals({ root, clock: systemClock })).toHaveLength(1)
  })

  it('removes a journal 72 hours after its end was posted, and not before', async () => {
    await leaveJournal()
    await recover(createFakeLedger(incarnationId))
    const time = createFakeTime()
    const postedAt = systemClock.now()
    const at = (laterMs: number): typeof time => ({
      ...time,
      now: () => (postedAt + laterMs) as ReturnType<typeof time.now>,
    })
    expect(findJournals({ root, clock: at(71 * 3_600_000) })).toHaveLength(1)
    expect(findJournals({ root, clock: at(73 * 3_600_000) })).toEqual([])
    expect(await readdir(root)).toEqual(['owner.json'])
  })
})
