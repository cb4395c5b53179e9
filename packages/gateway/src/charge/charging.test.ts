import { assetId, money, Problem } from '@mcp-orchestra/kernel'
import { describe, expect, it } from 'vitest'
import { CALL_OUTCOMES } from '@mcp-orchestra/api/journal-record'
import { CANCELLATIONS_PER_MINUTE_MAX } from './cancellation-limit.ts'
import { OUTCOME_TABLE } from './outcome-table.ts'
import { endOf, startChargeBench, TEST_PRICE } from './testing.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Lets messages to the journal and back pass. */
async function settle(): Promise<void> {
  for (let count = 0; count < 6; count += 1) await turn()
}

describe('a free call', () => {
  it('leaves one record that nobody waits for, and touches no lease', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open({ target: 'free' })
    bench.hold()
    const { charged } = await charge.settle(endOf())
    expect(charged.amount).toBe(0n)
    await settle()
    bench.deliver()
    expect(bench.records()).toMatchObject([
      {
        kind: 'usage',
        tool: 'free',
        amount: '0',
        reserved: '0',
        leaseId: null,
        outcome: 'complete',
      },
    ])
    expect(bench.leases.requests).toEqual([])
  })

  it('is served while no money can be had, and while the journal is unavailable', async () => {
    const bench = await startChargeBench()
    bench.disk.onOperation = () => 'fails'
    await (await bench.open({ target: 'free' })).settle(endOf())
    await settle()
    expect(await bench.refusal()).toBe('record.journal_unavailable')
    await (await bench.open({ target: 'free' })).settle(endOf())
  })

  it('with a name of megabytes leaves a record of bounded size', async () => {
    const bench = await startChargeBench()
    await (await bench.open({ target: '\0'.repeat(3_000_000) })).settle(endOf())
    await settle()
    expect(bench.records()[0]?.tool).toHaveLength(1_024)
  })

  it('of another method than tools/call is never priced', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open({ method: 'prompts/get' })
    expect(charge.price).toBeUndefined()
  })
})

describe('a paid call', () => {
  it('is charged only when its record is durable', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open()
    await settle()
    bench.hold()
    let isSettled = false
    const settling = charge.settle(endOf()).finally(() => (isSettled = true))
    await settle()
    expect(isSettled).toBe(false)
    bench.deliver()
    const settlement = await settling
    expect(settlement.charged).toEqual(money(10n, assetId('USD')))
    expect(bench.records().at(-1)).toMatchObject({
      kind: 'usage',
      id: settlement.eventId,
      leaseId: 'les_1',
      amount: '10',
      reserved: '10',
      priceId: TEST_PRICE.id,
      feeBps: 250,
      snapshotVersion: 42,
    })
    expect(bench.charging.exposure().leases).toMatchObject([{ used: 10n, inFlight: 0n }])
  })

  it('names the definition that its tool was bought by, when a list has shown it', async () => {
    const bench = await startChargeBench()
    await (await bench.open()).settle(endOf())
    expect(bench.records().at(-1)).not.toHaveProperty('toolHash')
    await (await bench.open({ toolHash: 'ab'.repeat(32) })).settle(endOf())
    expect(bench.records().at(-1)).toMatchObject({ kind: 'usage', toolHash: 'ab'.repeat(32) })
  })

  it('whose record cannot be made durable costs nothing and is not delivered', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open()
    await settle()
    let faults = 1
    bench.disk.onOperation = (operation) =>
      operation === 'sync' && faults-- > 0 ? 'fails' : 'none'
    await expect(charge.settle(endOf())).rejects.toThrow(Problem)
    expect(bench.charging.exposure()).toMatchObject({
      openCalls: 0,
      leases: [{ used: 0n, inFlight: 0n }],
    })
    await settle()
    expect(bench.records().filter(({ kind }) => kind === 'usage')).toEqual([])
  })

  it('settles once: a second time is a bug', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open()
    await charge.settle(endOf())
    await expect(charge.settle(endOf())).rejects.toThrow('a charge settles once')
  })

  it.each(CALL_OUTCOMES)('that ends as %s costs what the published table says', async (outcome) => {
    for (const chargeToolErrors of [false, true]) {
      const bench = await startChargeBench()
      const server = { ...bench.call().server, chargeToolErrors }
      const charge = await bench.open({ server })
      const { charged } = await charge.settle(endOf({ outcome }))
      const verdict = OUTCOME_TABLE[outcome].verdict.per_call
      const isCharged = verdict === 'charged' || (verdict === 'as_listed' && chargeToolErrors)
      expect(charged.amount).toBe(isCharged ? 10n : 0n)
      await settle()
      expect(bench.records().at(-1)).toMatchObject({ outcome, amount: charged.amount.toString() })
      expect(bench.charging.exposure().leases).toMatchObject([
        { used: charged.amount, inFlight: 0n },
      ])
    }
  })

  it('keeps the price of its reservation, whatever the snapshot says later', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open()
    bench.replica.price = { ...TEST_PRICE, version: 4, amount: '99' }
    expect((await charge.settle(endOf())).charged.amount).toBe(10n)
  })

  it('dearer than the caller accepts is refused before money moves', async () => {
    const bench = await startChargeBench()
    const usd = assetId('USD')
    expect(await bench.refusal({ maxCharge: money(9n, usd) })).toBe('charge.price_changed')
    expect(await bench.refusal({ maxCharge: money(10n, assetId('EUR')) })).toBe(
      'charge.price_changed',
    )
    expect(await bench.refusal({ expectedPriceVersion: 2 })).toBe('charge.price_changed')
    expect(bench.leases.requests).toEqual([])
    await bench.open({ maxCharge: money(10n, usd), expectedPriceVersion: 3 })
  })

  it('without money is refused with 402001, and with a cap used up with 402002', async () => {
    const bench = await startChargeBench()
    bench.leases.balance = 9n
    const poor = await bench.charging.begin(bench.call())
    expect(poor).toMatchObject({
      kind: 'refused',
      problem: {
        code: 'charge.insufficient_funds',
        kind: { status: 402, rpcCode: 402001 },
        detail: 'paid costs 0.00000000000000001 USD, 0.000000000000000009 USD are available.',
        members: {
          price: { amount: '10', asset: 'USD' },
          available: { amount: '9', asset: 'USD' },
        },
      },
    })
    bench.leases.answers.push({ kind: 'cap_exceeded', capId: 'cap_1', remaining: '3' })
    expect(await bench.charging.begin(bench.call())).toMatchObject({
      problem: {
        code: 'charge.cap_exceeded',
        kind: { rpcCode: 402002 },
        members: { capId: 'cap_1', remaining: { amount: '3', asset: 'USD' } },
      },
    })
    expect(bench.charging.exposure().openCalls).toBe(0)
  })

  it('finds 503, never 402, when the control plane is away', async () => {
    const bench = await startChargeBench()
    bench.leases.answers.push(new Error('connection refused'))
    const decision = await bench.charging.begin(bench.call())
    expect(decision).toMatchObject({
      problem: { code: 'charge.lease_unavailable', kind: { status: 503, rpcCode: 503001 } },
    })
    bench.leases.answers.push({ kind: 'frozen', reason: 'The ledger was restored.' })
    expect(await bench.refusal()).toBe('charge.account_frozen')
  })

  it('on the disk without room is refused while there is room for every call in flight', async () => {
    const bench = await startChargeBench()
    bench.disk.freeBytesLeft = 0
    await bench.journal.commit([{ kind: 'usage', keyed: false, text: '{}' }])
    const decisions = await Promise.all(
      Array.from({ length: 100 }, () => bench.charging.begin(bench.call())),
    )
    const open = decisions.flatMap((each) => (each.kind === 'proceed' ? [each.charge] : []))
    const refused = decisions.flatMap((each) =>
      each.kind === 'refused' ? [each.problem.code] : [],
    )
    expect(open.length).toBeGreaterThan(10)
    expect(new Set(refused)).toEqual(new Set(['record.journal_full']))
    for (const charge of open) expect((await charge.settle(endOf())).charged.amount).toBe(10n)
  })

  it('is served from a stale snapshot for as long as its principal may be', async () => {
    const bench = await startChargeBench()
    bench.replica.staleMs = 60_000
    await bench.open()
    bench.replica.staleMs = 60_001
    expect(await bench.refusal()).toBe('charge.snapshot_stale')
    bench.replica.staleMs = 1_001
    const { caller } = bench.call()
    const strict = { ...caller, key: { ...caller.key, strict: true } }
    expect(await bench.refusal({ caller: strict })).toBe('charge.snapshot_stale')
  })

  it('above the configured amount waits for a durable intent, which its usage record resolves', async () => {
    const bench = await startChargeBench()
    bench.settings.intentAbove = '9'
    await settle()
    bench.hold()
    let isOpen = false
    const opening = bench.open().finally(() => (isOpen = true))
    await settle()
    expect(isOpen).toBe(false)
    bench.deliver()
    const charge = await opening
    expect(bench.records().at(-1)).toMatchObject({
      kind: 'intent',
      opensCase: true,
      reserved: '10',
    })
    await charge.settle(endOf({ outcome: 'timeout' }))
    await settle()
    const [intent, usage] = bench.records().slice(-2)
    expect(usage).toMatchObject({ kind: 'usage', amount: '0', id: intent?.id })
  })

  it('whose intent cannot be made durable never goes upstream, and its money is free again', async () => {
    const bench = await startChargeBench()
    await (await bench.open()).settle(endOf())
    bench.settings.intentAbove = '9'
    let faults = 1
    bench.disk.onOperation = (operation) =>
      operation === 'sync' && faults-- > 0 ? 'fails' : 'none'
    expect(await bench.refusal()).toBe('record.journal_unavailable')
    expect(bench.charging.exposure()).toMatchObject({
      openCalls: 0,
      leases: [{ used: 10n, inFlight: 0n }],
    })
  })
})

describe('a key that lets servers work and leaves', () => {
  it('is refused further purchases for the rest of the minute; others and free calls are not', async () => {
    const bench = await startChargeBench()
    for (let count = 0; count < CANCELLATIONS_PER_MINUTE_MAX; count += 1) {
      await (await bench.open()).settle(endOf({ outcome: 'cancelled' }))
    }
    expect(await bench.charging.begin(bench.call())).toMatchObject({
      problem: {
        code: 'charge.too_many_cancellations',
        kind: { status: 429, rpcCode: 429001 },
        retryAfterSeconds: 60,
      },
    })
    await bench.open({ target: 'free' })
    const { caller } = bench.call()
    await bench.open({ caller: { ...caller, keyId: 'key_2' as typeof caller.keyId } })
    bench.time.advance(60_000)
    await bench.open()
  })
})

describe('draining', () => {
  it('refuses new calls, waits for open ones, and closes each lease after its last use', async () => {
    const bench = await startChargeBench()
    const charge = await bench.open()
    let isDrained = false
    const draining = bench.charging.drain().then(() => (isDrained = true))
    expect(await bench.refusal()).toBe('charge.stopping')
    await settle()
    expect(isDrained).toBe(false)
    await charge.settle(endOf())
    await draining
    await settle()
    expect(bench.records().map(({ kind }) => kind)).toEqual(['lease_grant', 'usage', 'lease_close'])
  })
})

describe('a call whose price was agreed on when it began', () => {
  const older = { ...TEST_PRICE, id: 'prc_older', version: 1, amount: '7' }
  const newer = { ...TEST_PRICE, version: 2, amount: '9' }

  it('costs what it cost then, though the price has risen', async () => {
    const bench = await startChargeBench()
    bench.replica.price = newer
    bench.replica.olderPrices = [older]
    const charge = await bench.open({ agreedPriceVersion: 1 })
    expect((await charge.settle(endOf())).charged.amount).toBe(7n)
    expect((await (await bench.open()).settle(endOf())).charged.amount).toBe(9n)
  })

  it('is free when it was free then', async () => {
    const bench = await startChargeBench()
    expect((await bench.open({ agreedPriceVersion: null })).price).toBeUndefined()
  })

  it('is refused when nobody knows any more what it cost', async () => {
    const bench = await startChargeBench()
    expect(await bench.refusal({ agreedPriceVersion: 99 })).toBe('charge.price_changed')
  })

  it('is refused when its price is above what the caller accepts', async () => {
    const bench = await startChargeBench()
    const maxCharge = money(1n, assetId('USD'))
    expect(await bench.refusal({ agreedPriceVersion: TEST_PRICE.version, maxCharge })).toBe(
      'charge.price_changed',
    )
  })
})

describe('while spending is stopped', () => {
  const STOP = {
    id: 'stp_1',
    organizationId: 'org_1',
    scope: { kind: 'organization' as const, id: 'org_1' },
    reason: 'a bug',
  }

  it('a paid call is refused before money is asked for, a free one is served', async () => {
    const bench = await startChargeBench()
    bench.replica.stop = STOP
    const decision = await bench.charging.begin(bench.call())
    expect(decision).toMatchObject({
      problem: {
        code: 'charge.spending_stopped',
        detail: 'Spending of this organization is stopped: a bug',
        members: { stopId: 'stp_1' },
      },
    })
    expect(bench.leases.requests).toEqual([])
    await (await bench.open({ target: 'free' })).settle(endOf())
    bench.replica.stop = undefined
    await (await bench.open()).settle(endOf())
  })

  it('a call that waits for money when the stop comes is refused, and its money is free again', async () => {
    const bench = await startChargeBench()
    bench.leases.beforeAnswer = () => {
      bench.replica.stop = STOP
    }
    expect(await bench.refusal({ idempotencyKey: 'k' })).toBe('charge.spending_stopped')
    bench.replica.stop = undefined
    await settle()
    expect(bench.records().filter(({ kind }) => kind === 'usage')).toMatchObject([
      { amount: '0', outcome: 'refused' },
    ])
    const { leases, openCalls } = bench.charging.exposure()
    expect(openCalls).toBe(0)
    expect(leases).toMatchObject([{ inFlight: 0n, used: 0n }])
    await (await bench.open({ idempotencyKey: 'k' })).settle(endOf())
  })

  it('a keyed purchase that is complete is given again: nothing is spent', async () => {
    const bench = await startChargeBench()
    await (await bench.open({ idempotencyKey: 'k' })).settle(endOf())
    bench.replica.stop = STOP
    expect(await bench.charging.begin(bench.call({ idempotencyKey: 'k' }))).toMatchObject({
      kind: 'stored',
    })
  })
})

describe('a purchase under a mandate', () => {
  const MANDATE = {
    id: 'mdt_1',
    organizationId: 'org_1',
    principal: { kind: 'key' as const, id: 'key_1' },
    allow: [{ serverId: '*' }],
    expiresAtMs: Number.MAX_SAFE_INTEGER,
    revoked: false,
  }

  it('names it in its record; a free call needs none', async () => {
    const bench = await startChargeBench()
    bench.replica.mandates = [MANDATE]
    const charge = await bench.open()
    expect(charge.mandateId).toBe('mdt_1')
    await charge.settle(endOf())
    await settle()
    expect(bench.records().filter(({ kind }) => kind === 'usage')).toMatchObject([
      { mandateId: 'mdt_1', amount: '10' },
    ])
    bench.replica.mandates = [{ ...MANDATE, revoked: true }]
    expect((await bench.open({ target: 'free' })).mandateId).toBeUndefined()
  })

  it('without one that serves is refused before money is asked for', async () => {
    const bench = await startChargeBench()
    bench.replica.mandates = [{ ...MANDATE, revoked: true }]
    expect(await bench.refusal()).toBe('charge.mandate_revoked')
    expect(await bench.refusal({ mandateId: 'mdt_2' })).toBe('charge.mandate_unknown')
    expect(bench.leases.requests).toEqual([])
  })

  it('that is revoked while the call waits for money is refused', async () => {
    const bench = await startChargeBench()
    bench.replica.mandates = [MANDATE]
    bench.leases.beforeAnswer = () => {
      bench.replica.mandates = [{ ...MANDATE, revoked: true }]
    }
    expect(await bench.refusal()).toBe('charge.mandate_revoked')
    expect(bench.charging.exposure()).toMatchObject({ openCalls: 0, leases: [{ inFlight: 0n }] })
  })
})
