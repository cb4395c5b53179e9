import { createIds, Problem, problemsOf } from '@mcp-orchestra/kernel'
import { describe, expect, it } from 'vitest'
import type { JournalEntry } from '../../record/index.ts'
import { createFakeTime } from '../../record/testing.ts'
import { createLeaseBook } from './lease-book.ts'
import { createFakeLeases } from '../testing.ts'

const SCOPE = { payerId: 'org_1', capIds: ['cap_1'], asset: 'USD' }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function startBook(balance = 1_000n) {
  const time = createFakeTime()
  const leases = createFakeLeases(balance)
  const written: Record<string, string>[] = []
  const journal = {
    append: (entries: readonly JournalEntry[]) => {
      for (const { text } of entries) written.push(JSON.parse(text) as Record<string, string>)
    },
  }
  const state = { epoch: 1 }
  const book = createLeaseBook({
    incarnationId: 'inc_1',
    journal,
    link: leases,
    clock: time,
    ids: createIds(time),
    timers: time,
    epoch: () => state.epoch,
  })
  const reserve = async (amount: bigint) => book.reserve(SCOPE, amount)
  const codeOf = async (amount: bigint): Promise<string> => {
    try {
      await reserve(amount)
      return 'reserved'
    } catch (error) {
      if (error instanceof Problem) return error.code
      throw error
    }
  }
  return { time, leases, written, book, state, reserve, codeOf }
}

describe('the lease book', () => {
  it('reserves without a wait while a lease has room', async () => {
    const { book, reserve, leases } = startBook()
    await reserve(10n)
    expect(book.reserve(SCOPE, 10n)).not.toBeInstanceOf(Promise)
    expect(leases.requests).toHaveLength(1)
    expect(leases.requests[0]).toMatchObject({ payerId: 'org_1', capIds: ['cap_1'], needed: '10' })
  })

  it('never mixes payers or paths of caps', async () => {
    const { book, reserve, leases } = startBook()
    await reserve(10n)
    await book.reserve({ ...SCOPE, capIds: [] }, 10n)
    await book.reserve({ ...SCOPE, payerId: 'org_2' }, 10n)
    expect(leases.requests).toHaveLength(3)
  })

  it('asks once for all who wait', async () => {
    const { reserve, leases } = startBook()
    await Promise.all(Array.from({ length: 9 }, () => reserve(10n)))
    expect(leases.requests).toHaveLength(1)
  })

  it('serves who can be served when the balance is short, and refuses the others', async () => {
    const { codeOf, leases } = startBook(25n)
    leases.leaseMax = 10n
    const codes = await Promise.all([codeOf(30n), codeOf(10n), codeOf(10n), codeOf(10n)])
    expect(codes).toEqual([
      'charge.insufficient_funds',
      'reserved',
      'reserved',
      'charge.insufficient_funds',
    ])
  })

  it('tops up in the background before the lease is empty', async () => {
    const { reserve, leases, book } = startBook()
    for (let count = 0; count < 8; count += 1) await reserve(10n)
    await turn()
    expect(leases.requests).toHaveLength(2)
    for (let count = 0; count < 7; count += 1) {
      expect(book.reserve(SCOPE, 10n)).not.toBeInstanceOf(Promise)
    }
  })

  it('renews in the background in the last eighth of a lease', async () => {
    const { reserve, leases, time } = startBook()
    await reserve(1n)
    time.advance(52_000)
    await reserve(1n)
    expect(leases.requests).toHaveLength(1)
    time.advance(600)
    await reserve(1n)
    await turn()
    expect(leases.requests).toHaveLength(2)
  })

  it('counts the time of a lease from the sending of the request', async () => {
    const { reserve, leases, time, written } = startBook()
    leases.beforeAnswer = () => time.advance(59_999)
    const reservation = await reserve(10n)
    leases.beforeAnswer = () => undefined
    time.advance(1)
    expect(written.some(({ kind }) => kind === 'lease_close')).toBe(false)
    await reserve(10n)
    expect(leases.requests).toHaveLength(2)
    reservation.settle(10n)
    expect(written.at(-1)).toEqual({ kind: 'lease_close', leaseId: 'les_1' })
  })

  it('lets reservations settle after the time is up: time frees no money', async () => {
    const { reserve, book, time } = startBook()
    const reservation = await reserve(10n)
    time.advance(3_600_000)
    expect(book.leases()).toMatchObject([{ state: 'draining', inFlight: 10n }])
    reservation.settle(10n)
    expect(book.leases()).toEqual([])
  })

  it('on a recall gives back what is free, then closes when nothing is in flight', async () => {
    const { reserve, book, written } = startBook()
    const first = await reserve(10n)
    const second = await reserve(10n)
    book.recall(['les_1', 'les_unknown'])
    expect(written.at(-1)).toEqual({ kind: 'lease_return', leaseId: 'les_1', amount: '80' })
    book.recall(['les_1'])
    expect(written.filter(({ kind }) => kind === 'lease_return')).toHaveLength(1)
    first.settle(0n)
    second.settle(10n)
    expect(written.at(-1)).toEqual({ kind: 'lease_close', leaseId: 'les_1' })
  })

  it('on a recall closes an idle lease at once', async () => {
    const { reserve, book, written } = startBook()
    const reservation = await reserve(10n)
    reservation.settle(10n)
    book.recall(['les_1'])
    expect(written.map(({ kind }) => kind)).toEqual(['lease_grant', 'lease_close'])
  })

  it('waits while other leases give back, and refuses with 503 when that takes too long', async () => {
    const { codeOf, leases, time } = startBook()
    const recalling = { kind: 'recalling', retryAfterMs: 200 } as const
    leases.answers.push(recalling, recalling)
    const served = codeOf(10n)
    await turn()
    time.advance(200)
    await turn()
    time.advance(200)
    expect(await served).toBe('reserved')
    leases.answers.push(...Array.from({ length: 20 }, () => recalling))
    const refused = codeOf(500n)
    for (let round = 0; round < 10; round += 1) {
      await turn()
      time.advance(500)
    }
    expect(await refused).toBe('charge.lease_unavailable')
  })

  it('repeats a lost ask under its own id, so that what was granted is not granted twice', async () => {
    const { codeOf, reserve, leases } = startBook()
    leases.answers.push(new Error('connection reset'))
    expect(await codeOf(10n)).toBe('charge.lease_unavailable')
    await reserve(10n)
    expect(leases.requests[1]?.requestId).toBe(leases.requests[0]?.requestId)
    await reserve(95n)
    expect(leases.requests[2]?.requestId).not.toBe(leases.requests[0]?.requestId)
  })

  it('asks for what may have been granted until it knows, and gives it back unspent', async () => {
    const { codeOf, leases, time, written, book } = startBook()
    leases.loseAnswers = 3
    expect(await codeOf(10n)).toBe('charge.lease_unavailable')
    expect(leases.balance).toBe(900n)
    for (const pauseMs of [1_000, 2_000]) {
      time.advance(pauseMs - 1)
      await turn()
      const before = leases.requests.length
      time.advance(1)
      await turn()
      expect(leases.requests.length).toBe(before + 1)
    }
    expect(book.leases()).toEqual([])
    time.advance(4_000)
    await turn()
    expect(new Set(leases.requests.map(({ requestId }) => requestId)).size).toBe(1)
    expect(book.leases()).toMatchObject([{ granted: 100n, state: 'active' }])
    time.advance(60_000)
    expect(written.at(-1)).toEqual({ kind: 'lease_close', leaseId: 'les_1' })
  })

  it('asks at once when a recall names a lease whose grant was lost', async () => {
    const { codeOf, leases, book } = startBook()
    leases.loseAnswers = 1
    expect(await codeOf(10n)).toBe('charge.lease_unavailable')
    book.recall(['les_1'])
    await turn()
    expect(book.leases()).toHaveLength(1)
  })

  it('drains a lease whose grant was lost', async () => {
    const { codeOf, leases, book, written } = startBook()
    leases.loseAnswers = 1
    expect(await codeOf(10n)).toBe('charge.lease_unavailable')
    await book.drain()
    expect(written.map(({ kind }) => kind)).toEqual(['lease_grant', 'lease_close'])
  })

  it('does not repeat an ask that was refused for good', async () => {
    const { codeOf, leases, time, book } = startBook()
    const table = { 'link.refused': { status: 503, title: 'no', retryable: false } }
    leases.answers.push(problemsOf(table)('link.refused'))
    expect(await codeOf(10n)).toBe('charge.lease_unavailable')
    time.advance(60_000)
    await turn()
    expect(leases.requests).toHaveLength(1)
    await book.drain()
  })

  it('spends no lease of an older history of the database', async () => {
    const { reserve, leases, state, book, codeOf } = startBook()
    await reserve(10n)
    state.epoch = 2
    leases.epoch = 2
    await reserve(10n)
    expect(book.leases().map(({ epoch, inFlight }) => [epoch, inFlight])).toEqual([
      [1, 10n],
      [2, 10n],
    ])
    state.epoch = 3
    expect(await codeOf(10n)).toBe('charge.lease_unavailable')
  })

  it('drains: refuses who waits, and closes even a lease that was granted meanwhile', async () => {
    const { codeOf, book, written } = startBook()
    const waiting = codeOf(10n)
    const drained = book.drain()
    expect(await waiting).toBe('charge.stopping')
    await drained
    expect(written.map(({ kind }) => kind)).toEqual(['lease_grant', 'lease_close'])
    expect(await codeOf(10n)).toBe('charge.stopping')
  })
})
