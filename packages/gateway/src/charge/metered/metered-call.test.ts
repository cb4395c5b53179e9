import { CALL_OUTCOMES } from '@mcp-orchestra/api/journal-record'
import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { assetId, money } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OUTCOME_TABLE } from '../outcome-table.ts'
import { endOf, startChargeBench, TEST_PRICE, type ChargeBench } from '../testing.ts'

const perToken = (meter: 'input_token' | 'output_token', amount: string) => ({
  meter,
  price: { form: 'unit' as const, rate: { amount, per: '1' } },
})
/** Two for each token read, ten for each written, at most five hundred. */
const TERMS: MeteredPrice = {
  components: [perToken('input_token', '2'), perToken('output_token', '10')],
  maximum: '500',
}
const METERED: PriceEntity = { ...TEST_PRICE, amount: '0', metered: TERMS }
const usd = (amount: bigint) => money(amount, assetId('USD'))
const usageOf = (input: unknown, output: unknown) => JSON.stringify({ input, output })

async function startMetered(change: Partial<PriceEntity> = {}): Promise<ChargeBench> {
  const bench = await startChargeBench()
  bench.leases.leaseMax = 600n
  bench.replica.price = { ...METERED, ...change }
  return bench
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lets messages to the journal and back pass. */
async function settle(): Promise<void> {
  for (let count = 0; count < 6; count += 1) await turn()
}

/** The last record, once everything that was written is durable. */
async function lastRecord(bench: ChargeBench) {
  await settle()
  return bench.records().findLast(({ kind }) => kind === 'usage')
}
const withTokenizer: Partial<PriceEntity> = { metered: { ...TERMS, tokenizer: 'o200k_base' } }

describe('a call that is priced by tokens', () => {
  it('reserves the listing’s maximum, costs what the server reports, and frees the rest', async () => {
    const bench = await startMetered()
    const charge = await bench.open()
    expect(bench.charging.exposure().leases).toMatchObject([{ inFlight: 500n }])
    const settlement = await charge.settle(endOf({ usageText: usageOf(20, 30) }))
    expect(settlement).toMatchObject({ charged: usd(340n), units: { input: 20, output: 30 } })
    expect(bench.charging.exposure().leases).toMatchObject([{ used: 340n, inFlight: 0n }])
    expect(await lastRecord(bench)).toMatchObject({
      reserved: '500',
      amount: '340',
      units: { input: 20, output: 30 },
      unitsFrom: 'server',
    })
  })

  it('reserves and costs no more than the caller bids', async () => {
    const bench = await startMetered()
    const charge = await bench.open({ maxCharge: usd(100n) })
    expect(bench.charging.exposure().leases).toMatchObject([{ inFlight: 100n }])
    const { charged } = await charge.settle(endOf({ usageText: usageOf(20, 30) }))
    expect(charged.amount).toBe(100n)
  })

  it('is refused when the bid is nothing, less than each call costs, or less than the listing takes', async () => {
    const bench = await startMetered()
    expect(await bench.refusal({ maxCharge: usd(0n) })).toBe('charge.price_changed')
    bench.replica.price = { ...METERED, amount: '50' }
    expect(await bench.refusal({ maxCharge: usd(49n) })).toBe('charge.price_changed')
    bench.replica.price = { ...METERED, metered: { ...TERMS, leastBid: '200' } }
    expect(await bench.refusal({ maxCharge: usd(199n) })).toBe('charge.price_changed')
    await (await bench.open({ maxCharge: usd(200n) })).settle(endOf({ outcome: 'rpc_error' }))
  })

  it('is refused when the bid is less than its request can cost, whose price is known before the call', async () => {
    const request = {
      meter: 'request' as const,
      price: {
        form: 'graduated' as const,
        tiers: [
          { upTo: '10', rate: { amount: '50', per: '1' } },
          { rate: { amount: '5', per: '1' } },
        ],
      },
    }
    const bench = await startMetered({ metered: { components: [request], maximum: '500' } })
    for (const bid of [1n, 49n]) {
      expect(await bench.refusal({ maxCharge: usd(bid) })).toBe('charge.price_changed')
    }
    const { charged } = await (await bench.open({ maxCharge: usd(50n) })).settle(endOf())
    expect(charged.amount).toBe(50n)
    const both = [request, ...TERMS.components]
    bench.replica.price = { ...METERED, metered: { components: both, maximum: '40' } }
    expect(await bench.refusal({ maxCharge: usd(39n) })).toBe('charge.price_changed')
    await (await bench.open({ maxCharge: usd(40n) })).settle(endOf({ outcome: 'rpc_error' }))
  })

  it.each([
    ['as many as a number can say', usageOf(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)],
    ['a little too many', usageOf(0, 51)],
  ])('never costs more than was reserved: %s', async (_, usageText) => {
    const bench = await startMetered()
    const { charged } = await (await bench.open()).settle(endOf({ usageText }))
    expect(charged.amount).toBe(500n)
    expect(await lastRecord(bench)).toMatchObject({ amount: '500', unitsFrom: 'server' })
  })

  it('never costs more than was reserved, whatever is reported', async () => {
    const bench = await startMetered()
    const count = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.jsonValue())
    await fc.assert(
      fc.asyncProperty(
        count,
        count,
        fc.bigInt({ min: 1n, max: 600n }),
        async (input, output, bid) => {
          bench.leases.balance = 10_000n
          const charge = await bench.open({ maxCharge: usd(bid) })
          const { charged } = await charge.settle(endOf({ usageText: usageOf(input, output) }))
          expect(charged.amount).toBeLessThanOrEqual(bid < 500n ? bid : 500n)
          expect(charged.amount).toBeGreaterThanOrEqual(0n)
        },
      ),
      { numRuns: 50 },
    )
  })

  it.each([
    ['nothing', undefined],
    ['a negative count', usageOf(-1, 5)],
    ['a fraction', usageOf(1.5, 5)],
    ['a text', usageOf('1', 5)],
    ['half of it', '{"input":5}'],
    ['more than JSON carries exactly', '{"input":9007199254740992,"output":1}'],
    ['no object', '[1,2]'],
    ['no JSON', '{"input":'],
    ['an essay', `{"input":1,"output":2,"why":"${'x'.repeat(2_000)}"}`],
  ])(
    'costs nothing and leaves word when a server reports %s and no tokenizer is named',
    async (_, usageText) => {
      const bench = await startMetered()
      const settlement = await (await bench.open()).settle(endOf({ usageText }))
      expect(settlement.charged.amount).toBe(0n)
      expect(bench.charging.exposure().leases).toMatchObject([{ used: 0n, inFlight: 0n }])
      const record = await lastRecord(bench)
      expect(record).toMatchObject({ outcome: 'complete', amount: '0', unitsFrom: 'missing' })
      expect(record).not.toHaveProperty('units')
    },
  )

  it('is counted by the tokenizer that the listing names when the server reports nothing', async () => {
    const bench = await startMetered(withTokenizer)
    bench.replica.counts = { input: 3, output: 4 }
    const charge = await bench.open({ argumentsText: '{"question":"why"}' })
    const { charged } = await charge.settle(endOf())
    expect(charged.amount).toBe(46n)
    expect(bench.counted).toEqual([
      { tokenizer: 'o200k_base', input: '{"question":"why"}', resultText: '{"content":[]}' },
    ])
    expect(await lastRecord(bench)).toMatchObject({ unitsFrom: 'tokenizer' })
  })

  it('is not counted when the server reports, when its result was not held, or when it is released', async () => {
    const bench = await startMetered(withTokenizer)
    bench.replica.counts = { input: 3, output: 4 }
    await (await bench.open()).settle(endOf({ usageText: usageOf(1, 1) }))
    const lost = await (await bench.open()).settle(endOf({ resultText: undefined }))
    expect(lost.charged.amount).toBe(0n)
    expect(await lastRecord(bench)).toMatchObject({ unitsFrom: 'missing' })
    await (await bench.open()).settle(endOf({ outcome: 'timeout' }))
    expect(bench.counted).toEqual([])
  })

  it('costs its price per call besides', async () => {
    const bench = await startMetered({ amount: '50' })
    const { charged } = await (await bench.open()).settle(endOf({ usageText: usageOf(1, 1) }))
    expect(charged.amount).toBe(62n)
  })

  it.each(CALL_OUTCOMES)('that ends as %s costs what the published table says', async (outcome) => {
    for (const chargeToolErrors of [false, true]) {
      const bench = await startMetered()
      const server = { ...bench.call().server, chargeToolErrors }
      const charge = await bench.open({ server })
      const { charged } = await charge.settle(endOf({ outcome, usageText: usageOf(1, 1) }))
      const verdict = OUTCOME_TABLE[outcome].verdict.per_token
      const isCharged = verdict === 'charged' || (verdict === 'as_listed' && chargeToolErrors)
      expect(charged.amount).toBe(isCharged ? 12n : 0n)
    }
  })

  it('that is keyed is complete even when nobody counted: a repeat gets the stored result', async () => {
    const bench = await startMetered()
    const keyed = { idempotencyKey: 'once' }
    await (await bench.open(keyed)).settle(endOf())
    const repeat = await bench.charging.begin(bench.call(keyed))
    expect(repeat).toMatchObject({ kind: 'stored', resultText: '{"content":[]}' })
  })
})
