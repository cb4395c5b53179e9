import { describe, expect, it } from 'vitest'
import { scanJournal } from '../../record/segment/scan-journal.ts'
import { TEST_INCARNATION } from '../../record/testing.ts'
import { OUTCOME_BYTES_MAX } from './outcome-seal.ts'
import { createPurchaseHistory } from './purchase-history.ts'
import { PURCHASE_WAITERS_MAX } from './purchase-table.ts'
import { endOf, startChargeBench, TEST_PRICE, type ChargeBench } from '../testing.ts'

const KEYED = { idempotencyKey: 'order-1' }
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
async function settle(): Promise<void> {
  for (let count = 0; count < 6; count += 1) await turn()
}

/** A new process that has replayed what the power failure left of the old one's journal. */
async function restart(bench: ChargeBench): Promise<ChargeBench> {
  const history = createPurchaseHistory(bench.time)
  const disk = bench.disk.afterPowerLoss(() => false)
  scanJournal(disk, TEST_INCARNATION, (record) => history.visit(TEST_INCARNATION, record))
  return startChargeBench({ purchases: history.purchases(), outcomesOn: disk })
}

describe('a keyed purchase', () => {
  it('that is complete is answered from its stored result and never charged again', async () => {
    const bench = await startChargeBench()
    const resultText = '{"content":[{"type":"text","text":"sold"}]}'
    const { eventId } = await (await bench.open(KEYED)).settle(endOf({ resultText }))
    bench.replica.price = { ...TEST_PRICE, version: 9, amount: '99999' }
    const repeat = await bench.charging.begin(bench.call({ ...KEYED, attempt: 2 }))
    expect(repeat).toEqual({ kind: 'stored', resultText, eventId })
    bench.replica.price = undefined
    expect((await bench.charging.begin(bench.call(KEYED))).kind).toBe('stored')
    expect(bench.records().filter(({ kind }) => kind === 'usage')).toHaveLength(1)
  })

  it('keeps its result sealed on the disk', async () => {
    const bench = await startChargeBench()
    await (await bench.open(KEYED)).settle(endOf({ resultText: '"a secret result"' }))
    const records = bench.records()
    expect(JSON.stringify(records)).not.toContain('secret result')
    expect(records.slice(-2).map(({ kind }) => kind)).toEqual(['outcome', 'usage'])
  })

  it('is one purchase for its payer, key, server and tool only', async () => {
    const bench = await startChargeBench()
    await (await bench.open(KEYED)).settle(endOf())
    const { caller } = bench.call()
    const other = { ...caller, keyId: 'key_2' as typeof caller.keyId }
    expect((await bench.charging.begin(bench.call({ ...KEYED, caller: other }))).kind).toBe(
      'proceed',
    )
    expect((await bench.charging.begin(bench.call({ idempotencyKey: 'order-2' }))).kind).toBe(
      'proceed',
    )
  })

  it('of a member stays one purchase when the call key is renewed', async () => {
    const bench = await startChargeBench()
    const { caller } = bench.call()
    const renewed = (keyId: string) => ({
      ...caller,
      keyId: keyId as typeof caller.keyId,
      key: { ...caller.key, id: keyId, principalId: 'mbr_1' },
    })
    const first = await bench.open({ ...KEYED, caller: renewed('key_3') })
    await first.settle(endOf())
    const repeat = bench.call({ ...KEYED, caller: renewed('key_4') })
    expect((await bench.charging.begin(repeat)).kind).toBe('stored')
  })

  it('with another request under the same key is refused with 409001, in flight and after', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open(KEYED)
    const other = { ...KEYED, requestDigest: 'b'.repeat(64) }
    expect(await bench.refusal(other)).toBe('charge.purchase_conflict')
    await charge.settle(endOf())
    expect(await bench.refusal(other)).toBe('charge.purchase_conflict')
  })

  it('in flight makes repeats wait for its one result', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open(KEYED)
    const repeats = Array.from({ length: PURCHASE_WAITERS_MAX }, () =>
      bench.charging.begin(bench.call(KEYED)),
    )
    await settle()
    expect(await bench.refusal(KEYED)).toBe('charge.purchase_busy')
    await charge.settle(endOf({ resultText: '"one"' }))
    for (const repeat of await Promise.all(repeats)) {
      expect(repeat).toMatchObject({ kind: 'stored', resultText: '"one"' })
    }
    expect(bench.leases.requests).toHaveLength(1)
  })

  it('that failed lets exactly one of the waiting repeats run', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open(KEYED)
    const repeats = [1, 2, 3].map(() => bench.charging.begin(bench.call(KEYED)))
    await settle()
    await charge.settle(endOf({ outcome: 'upstream_failed' }))
    const first = await Promise.race(repeats)
    if (first.kind !== 'proceed') throw new Error('the first repeat runs')
    await first.charge.settle(endOf({ resultText: '"second try"' }))
    const kinds = (await Promise.all(repeats)).map(({ kind }) => kind)
    expect(kinds.toSorted()).toEqual(['proceed', 'stored', 'stored'])
  })

  it('that was refused for want of money lets a repeat run', async () => {
    const bench = await startChargeBench()
    bench.leases.balance = 5n
    expect(await bench.refusal(KEYED)).toBe('charge.insufficient_funds')
    bench.leases.balance = 500n
    await bench.open(KEYED)
  })

  it.each([
    ['was over the size cap', '"' + 'x'.repeat(OUTCOME_BYTES_MAX) + '"'],
    ['was not held', undefined],
  ])('whose result %s tells a repeat so, without a charge', async (_, resultText) => {
    const bench = await startChargeBench()
    await (await bench.open(KEYED)).settle(endOf({ resultText }))
    expect(await bench.refusal(KEYED)).toBe('charge.outcome_not_kept')
    const restarted = await restart(bench)
    expect(await restarted.refusal(KEYED)).toBe('charge.outcome_not_kept')
  })

  it('that could not be made durable is not run again unless the tool may be repeated', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open(KEYED)
    await settle()
    let faults = 1
    bench.disk.onOperation = (operation) =>
      operation === 'sync' && faults-- > 0 ? 'fails' : 'none'
    await expect(charge.settle(endOf())).rejects.toThrow('')
    expect(await bench.refusal(KEYED)).toBe('charge.purchase_unknown')
    await bench.open({ ...KEYED, safeToRepeat: true })
  })

  it('is forgotten after 24 hours: its key then buys anew', async () => {
    const bench = await startChargeBench()
    await (await bench.open(KEYED)).settle(endOf())
    bench.time.advance(24 * 3_600_000)
    expect((await bench.charging.begin(bench.call(KEYED))).kind).toBe('stored')
    bench.time.advance(1)
    expect((await bench.charging.begin(bench.call(KEYED))).kind).toBe('proceed')
  })
})

describe('after a crash', () => {
  it('a complete purchase is still answered from its stored result', async () => {
    const bench = await startChargeBench()
    const { eventId } = await (await bench.open(KEYED)).settle(endOf({ resultText: '"kept"' }))
    const restarted = await restart(bench)
    const repeat = await restarted.charging.begin(restarted.call(KEYED))
    expect(repeat).toEqual({ kind: 'stored', resultText: '"kept"', eventId })
    const other = { ...KEYED, requestDigest: 'b'.repeat(64) }
    expect(await restarted.refusal(other)).toBe('charge.purchase_conflict')
  })

  it('a purchase with an intent and no end is refused, unless the tool may be repeated', async () => {
    const bench = await startChargeBench()
    await bench.open(KEYED)
    await settle()
    const restarted = await restart(bench)
    expect(await restarted.refusal(KEYED)).toBe('charge.purchase_unknown')
    await restarted.open({ ...KEYED, safeToRepeat: true })
  })

  it('a purchase that was released may run', async () => {
    const bench = await startChargeBench()
    await (await bench.open(KEYED)).settle(endOf({ outcome: 'timeout' }))
    await settle()
    await (await restart(bench)).open(KEYED)
  })

  it('a repeatable purchase leaves no intent', async () => {
    const bench = await startChargeBench()
    await bench.open({ ...KEYED, safeToRepeat: true })
    await settle()
    expect(bench.records().map(({ kind }) => kind)).toEqual(['lease_grant'])
  })
})
