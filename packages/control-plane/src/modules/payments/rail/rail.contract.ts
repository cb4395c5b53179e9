import { money, USD, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accountNames } from '../../ledger/index.ts'
import type { Destination } from './destination.ts'
import type { RailOrderKind, RailOutcome } from './rail-outcome.ts'
import type { Rail } from './rail.ts'

/** A rail with the world around it, as far as the contract looks at it. */
export type RailBench = {
  readonly rail: Rail
  /** Somewhere that it can pay to, and somewhere that it cannot. */
  readonly destination: Destination
  readonly elsewhere: Destination
  newOrganization(): Id<'org'>
  /** Puts money onto the organization's balance. */
  fund(organizationId: Id<'org'>, amount: bigint): Promise<void>
  /** What the organization may still spend. */
  available(organizationId: Id<'org'>): Promise<bigint>
  /** What payouts brought to the organization, wherever the rail pays to. */
  paidOut(organizationId: Id<'org'>): Promise<bigint>
  /** Throws unless the books balance. */
  audit(): Promise<void>
  stop(): Promise<void>
}

const KINDS: readonly RailOrderKind[] = ['deposit', 'hold', 'payout']
/** Callers of the same order at once. */
const CALLERS = 6

/** What every rail keeps; run it on each. Parts that a rail does not have are not asked for. */
export function railContract(
  name: string,
  parts: readonly ('deposits' | 'holds' | 'payouts')[],
  start: () => Promise<RailBench>,
): void {
  describe(`the ${name} rail`, () => {
    let bench: RailBench
    let made = 0
    const newKey = () => `order-${(made += 1)}`
    const usd = (units: bigint) => money(units * unit(), USD.id)
    const unit = () => bench.rail.assets.find(({ asset }) => asset === USD.id)?.unit ?? 1n
    const atOnce = (work: () => Promise<RailOutcome>) =>
      Promise.all(Array.from({ length: CALLERS }, work))

    beforeAll(async () => {
      bench = await start()
    })
    afterAll(async () => {
      await bench.audit()
      await bench.stop()
    })

    test('names its account, and has the parts that it is tested for', () => {
      expect(accountNames.clearing(bench.rail.name)).toBe(`rail:${bench.rail.name}:clearing`)
      const has = (['deposits', 'holds', 'payouts'] as const).filter((part) => part in bench.rail)
      expect(has).toEqual(parts)
      expect(bench.rail.assets.every((asset) => asset.unit > 0n)).toBe(true)
    })

    test('says of an order that was never placed that it is absent', async () => {
      for (const kind of KINDS) {
        expect(await bench.rail.status(kind, newKey())).toEqual({ kind: 'absent' })
      }
    })

    if (parts.includes('deposits')) {
      test('a deposit comes in once for each key, however often and by how many it is sent', async () => {
        const organizationId = bench.newOrganization()
        const { deposits } = bench.rail
        const request = { key: newKey(), organizationId, amount: usd(500n), reference: 'ref-1' }
        const outcomes = await atOnce(() => deposits?.deposit(request) ?? expect.unreachable())
        expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['done']))
        expect(await bench.available(organizationId)).toBe(usd(500n).amount)
        expect(await bench.rail.status('deposit', request.key)).toEqual(outcomes[0])
      })
    }

    if (parts.includes('holds')) {
      const holds = () => bench.rail.holds ?? expect.unreachable()
      const held = async (amount: bigint) => {
        const organizationId = bench.newOrganization()
        await bench.fund(organizationId, usd(100n).amount)
        const key = newKey()
        const request = { key, organizationId, amount: usd(amount) }
        return { organizationId, key, request, outcomes: await atOnce(() => holds().hold(request)) }
      }

      test('a hold sets aside once for each key', async () => {
        const { organizationId, key, outcomes } = await held(60n)
        expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['done']))
        expect(await bench.available(organizationId)).toBe(usd(40n).amount)
        expect(await bench.rail.status('hold', key)).toEqual(outcomes[0])
      })

      test('a hold beyond the balance is refused, and stays so when money comes', async () => {
        const { organizationId, request, outcomes } = await held(101n)
        expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['refused']))
        await bench.fund(organizationId, usd(100n).amount)
        expect(await holds().hold(request)).toMatchObject({ kind: 'refused' })
        expect(await bench.available(organizationId)).toBe(usd(200n).amount)
      })

      test('a claim takes what it says, frees the rest, and is one, whatever is tried after it', async () => {
        const { organizationId, key } = await held(60n)
        const claimed = { kind: 'claimed', amount: usd(25n) }
        const outcomes = await atOnce(() => holds().claim(key, usd(25n)))
        expect(outcomes).toEqual(Array.from({ length: CALLERS }, () => claimed))
        expect(await holds().claim(key, usd(26n))).toMatchObject({ kind: 'refused' })
        expect(await holds().release(key)).toMatchObject({ kind: 'refused' })
        expect(await bench.available(organizationId)).toBe(usd(75n).amount)
        expect(await bench.rail.status('hold', key)).toEqual(claimed)
      })

      test('more than is held is never claimed', async () => {
        const { organizationId, key } = await held(60n)
        expect(await holds().claim(key, usd(61n))).toMatchObject({ kind: 'refused' })
        expect(await holds().claim(newKey(), usd(1n))).toEqual({ kind: 'absent' })
        expect(await bench.available(organizationId)).toBe(usd(40n).amount)
      })

      test('what was released is free again, once, and is not claimed any more', async () => {
        const { organizationId, key } = await held(60n)
        const outcomes = await atOnce(() => holds().release(key))
        expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['released']))
        expect(await holds().claim(key, usd(1n))).toMatchObject({ kind: 'refused' })
        expect(await bench.available(organizationId)).toBe(usd(100n).amount)
      })
    }

    if (parts.includes('payouts')) {
      const payouts = () => bench.rail.payouts ?? expect.unreachable()
      const ask = () => ({
        key: newKey(),
        organizationId: bench.newOrganization(),
        amount: money(payouts().minimum * 3n, USD.id),
        destination: bench.destination,
      })

      test('a payout goes out once for each key, however often and by how many it is sent', async () => {
        const request = ask()
        const outcomes = await atOnce(() => payouts().send(request))
        for (const { kind } of outcomes) expect(['done', 'pending']).toContain(kind)
        expect(await payouts().send(request)).toEqual(
          await bench.rail.status('payout', request.key),
        )
        expect(await bench.paidOut(request.organizationId)).toBe(request.amount.amount)
      })

      test('other content under a key is a bug, and moves nothing', async () => {
        const request = ask()
        await payouts().send(request)
        const other = { ...request, amount: money(payouts().minimum, USD.id) }
        await expect(payouts().send(other)).rejects.toThrow('the same order')
        expect(await bench.paidOut(request.organizationId)).toBe(request.amount.amount)
      })

      test('knows where it can pay to', () => {
        expect(payouts().refusalOf(bench.destination)).toBeUndefined()
        expect(payouts().refusalOf(bench.elsewhere)).toEqual(expect.any(String))
        expect(payouts().minimum % unit()).toBe(0n)
      })

      test('the word of whoever carries it out counts once, and in order', async () => {
        const { byHand } = payouts()
        if (byHand === undefined) return
        const [paid, failed] = [ask(), ask()]
        const told = (key: string) => bench.rail.status('payout', key)
        await payouts().send(paid)
        expect(await byHand.report(paid.key, { kind: 'returned', reason: 'too early' })).toEqual({
          kind: 'pending',
        })
        const done = { kind: 'done', reference: 'bank-1' }
        expect(await byHand.report(paid.key, { kind: 'paid', reference: 'bank-1' })).toEqual(done)
        expect(await byHand.report(paid.key, { kind: 'paid', reference: 'bank-2' })).toEqual(done)
        expect(await byHand.report(paid.key, { kind: 'failed', reason: 'late' })).toEqual(done)
        const back = { kind: 'returned', reason: 'account closed' } as const
        expect(await byHand.report(paid.key, back)).toEqual(back)
        expect(await told(paid.key)).toEqual(back)

        await payouts().send(failed)
        const refused = { kind: 'refused', reason: 'no such account' }
        const word = { kind: 'failed', reason: 'no such account' } as const
        expect(await byHand.report(failed.key, word)).toEqual(refused)
        expect(await byHand.report(failed.key, { kind: 'paid', reference: 'x' })).toEqual(refused)
        expect(await byHand.report(newKey(), word)).toEqual({ kind: 'absent' })
      })
    }
  })
}
