import type { MeteredPrice } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { assetId, money } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanJournal } from '../../record/segment/scan-journal.ts'
import { OpenStreams } from '../../record/ship/open-streams.ts'
import { TEST_INCARNATION } from '../../record/testing.ts'
import { endOf, startChargeBench, TEST_PRICE, type ChargeBench } from '../testing.ts'

/** Two for each token read, ten for each written, at most five hundred. */
const TERMS: MeteredPrice = {
  components: [
    { meter: 'input_token', price: { form: 'unit', rate: { amount: '2', per: '1' } } },
    { meter: 'output_token', price: { form: 'unit', rate: { amount: '10', per: '1' } } },
  ],
  maximum: '500',
}
const METERED: PriceEntity = { ...TEST_PRICE, amount: '0', metered: TERMS }
const usd = (amount: bigint) => money(amount, assetId('USD'))
const reports = (input: number, output: number) => ({
  usageText: JSON.stringify({ input, output }),
  text: undefined,
})
const says = (text: string) => ({ usageText: undefined, text })

async function startStream(metered: Partial<MeteredPrice> = {}, key?: string) {
  const bench = await startChargeBench()
  bench.leases.leaseMax = 600n
  bench.replica.price = { ...METERED, metered: { ...TERMS, ...metered } }
  const charge = await bench.open({ idempotencyKey: key, argumentsText: '{}' })
  const { stream } = charge
  if (stream === undefined) throw new Error('a price that counts tokens meters streams')
  return { bench, charge, stream }
}

/** What a power cut leaves, once everything that was appended is durable. */
async function leftBehind(bench: ChargeBench): Promise<Record<string, unknown>[]> {
  await bench.journal.commit([{ kind: 'lease_return', keyed: false, text: '{}' }])
  const open = new OpenStreams()
  scanJournal(
    bench.disk.afterPowerLoss(() => false),
    TEST_INCARNATION,
    (record) => open.visit(record),
  )
  return open.texts().map((text) => JSON.parse(text) as Record<string, unknown>)
}

describe('a result that streams', () => {
  it('passes as long as everything so far fits into what was reserved, to the last unit', async () => {
    const { charge, stream } = await startStream()
    expect(await stream.admit(reports(0, 20))).toBe(true)
    stream.delivered()
    expect(await stream.admit(reports(50, 40))).toBe(true)
    stream.delivered()
    expect(await stream.admit(reports(51, 40))).toBe(false)
    const settlement = await charge.settle(endOf({ outcome: 'limit_reached' }))
    expect(settlement).toMatchObject({ charged: usd(500n), units: { input: 50, output: 40 } })
  })

  it('costs what was delivered of it, whatever was admitted and in whatever order it was reported', async () => {
    const report = fc.record({ input: fc.nat(60), output: fc.nat(60), isDelivered: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(report, { maxLength: 12 }), async (chunks) => {
        const { charge, stream } = await startStream()
        let [input, output, owed] = [0, 0, 0n]
        for (const chunk of chunks) {
          const next = [Math.max(input, chunk.input), Math.max(output, chunk.output)] as const
          const cost = BigInt(2 * next[0] + 10 * next[1])
          const isAdmitted = await stream.admit(reports(chunk.input, chunk.output))
          expect(isAdmitted).toBe(cost <= 500n)
          if (!isAdmitted) break
          ;[input, output] = next
          if (!chunk.isDelivered) continue
          stream.delivered()
          owed = cost
        }
        const { charged } = await charge.settle(endOf({ outcome: 'cancelled' }))
        expect(charged).toEqual(usd(owed))
      }),
      { numRuns: 50 },
    )
  })

  it('is counted by the listing’s tokenizer where its server reports nothing, the arguments once', async () => {
    const { bench, charge, stream } = await startStream({ tokenizer: 'o200k_base' })
    bench.replica.counts = { input: 1, output: 4 }
    expect(await stream.admit(says('one'))).toBe(true)
    bench.replica.counts = { input: 0, output: 6 }
    expect(await stream.admit(says('two'))).toBe(true)
    stream.delivered()
    expect(bench.counted.map(({ input }) => input)).toEqual(['{}', ''])
    bench.replica.counts = { input: 0, output: 40 }
    expect(await stream.admit(says('three'))).toBe(false)
    const settlement = await charge.settle(endOf({ outcome: 'limit_reached' }))
    expect(settlement).toMatchObject({ charged: usd(102n), units: { input: 1, output: 10 } })
  })

  it('passes where nobody can count, and then costs nothing before its end', async () => {
    const { charge, stream } = await startStream()
    expect(await stream.admit(says('hello'))).toBe(true)
    expect(await stream.admit({ usageText: '{"input":-1,"output":1}', text: undefined })).toBe(true)
    stream.delivered()
    const { charged } = await charge.settle(endOf({ outcome: 'cancelled' }))
    expect(charged).toEqual(usd(0n))
  })

  it('that ends in an error or a time-out costs nothing', async () => {
    for (const outcome of ['rpc_error', 'timeout', 'upstream_failed'] as const) {
      const { charge, stream } = await startStream()
      await stream.admit(reports(0, 20))
      stream.delivered()
      expect(await charge.settle(endOf({ outcome }))).toMatchObject({ charged: usd(0n) })
    }
  })

  it('of a keyed purchase that was stopped is paid once, and not run again', async () => {
    const { bench, charge, stream } = await startStream({}, 'k')
    await stream.admit(reports(0, 20))
    stream.delivered()
    await charge.settle(endOf({ outcome: 'limit_reached', resultText: undefined }))
    expect(await bench.refusal({ idempotencyKey: 'k' })).toBe('charge.outcome_not_kept')
  })

  it('leaves with a crash the usage record of its last checkpoint, and none once it is settled', async () => {
    const { bench, charge, stream } = await startStream()
    await stream.admit(reports(0, 20))
    stream.delivered()
    await stream.admit(reports(0, 30))
    stream.delivered()
    // Admitted, but not on its way to anybody yet.
    await stream.admit(reports(0, 40))
    const [record, ...others] = await leftBehind(bench)
    expect(others).toEqual([])
    expect(record).toMatchObject({ kind: 'usage', outcome: 'cancelled', amount: '300' })
    await charge.settle(endOf({ outcome: 'complete' }))
    expect(await leftBehind(bench)).toEqual([])
  })

  it('is kept at steps of a hundredth of its reservation or of 250 ms, not at every chunk', async () => {
    const { bench, stream } = await startStream({
      components: [
        { meter: 'output_token', price: { form: 'unit', rate: { amount: '1', per: '1' } } },
      ],
    })
    const kept = async (): Promise<unknown> => (await leftBehind(bench)).at(0)?.['amount']
    const write = async (output: number): Promise<void> => {
      await stream.admit(reports(0, output))
      stream.delivered()
    }
    await write(4)
    expect(await kept()).toBeUndefined()
    await write(5)
    expect(await kept()).toBe('5')
    await write(6)
    expect(await kept()).toBe('5')
    bench.time.advance(250)
    await write(7)
    expect(await kept()).toBe('7')
  })
})
