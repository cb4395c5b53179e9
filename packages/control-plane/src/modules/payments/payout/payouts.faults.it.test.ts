import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../../infra/postgres/testing.ts'
import { CENT, codeOf, createPayoutWorld, type PayoutWorld } from '../testing/payout-world.ts'
import type { PayoutsDeps } from './deps.ts'
import type { Rails } from '../rail/create-rails.ts'

/** Dies at the n-th write to a store, a rail or the ledger: before it, or after it was done. */
class Fault {
  #left = Number.POSITIVE_INFINITY
  #after = false
  arm(at: number, after: boolean): void {
    this.#left = at
    this.#after = after
  }
  disarm(): boolean {
    const hit = this.#left <= 0
    this.#left = Number.POSITIVE_INFINITY
    return hit
  }
  async strike<T>(work: () => Promise<T>): Promise<T> {
    this.#left -= 1
    if (this.#left !== 0) return work()
    if (this.#after) await work()
    throw new Error('the process died')
  }
}

const WRITES: ReadonlySet<string> = new Set([
  'add',
  'step',
  'post',
  'hold',
  'postHold',
  'voidHold',
  'open',
  'resolve',
  'record',
  'send',
  'openAccount',
])

/** The same thing, whose writes go through the fault. */
function wrap<T extends object>(whole: T, fault: Fault): T {
  return new Proxy(whole, {
    get(target, name, receiver) {
      const part: unknown = Reflect.get(target, name, receiver)
      if (typeof part !== 'function' || !WRITES.has(String(name))) return part
      return (...args: unknown[]) =>
        fault.strike(() => Promise.resolve(Reflect.apply(part, target, args) as unknown))
    },
  })
}

function wrapRails(rails: Rails, fault: Fault): Rails {
  return new Map(
    [...rails].map(([name, rail]) => {
      if (rail.payouts === undefined) return [name, rail]
      return [name, { ...rail, payouts: wrap(rail.payouts, fault) }]
    }),
  )
}

describe('a process that dies at any write', () => {
  let server: TestDatabase
  let world: PayoutWorld
  const fault = new Fault()

  beforeAll(async () => {
    server = await startTestDatabase()
    world = await createPayoutWorld(server.url, (deps: PayoutsDeps) => ({
      ledger: wrap(deps.ledger, fault),
      payouts: wrap(deps.payouts, fault),
      cases: wrap(deps.cases, fault),
      audit: wrap(deps.audit, fault),
      rails: wrapRails(deps.rails, fault),
    }))
    await world.payee('balance')
    await world.earn(10_000n * CENT)
  })
  afterAll(async () => {
    await world.close()
    await server.stop()
  })

  test.each([
    ['before', false],
    ['after', true],
  ])(
    '%s it was done leaves books that balance, and pays once when it runs again',
    async (_, after) => {
      let at = 0
      let dead = 0
      for (;;) {
        at += 1
        const before = await world.reached()
        const wish = { amount: 10n * CENT, key: `${after}-${at}` }
        fault.arm(at, after)
        await codeOf(world.payouts.request(world.ada, wish))
        await codeOf(world.payouts.carry())
        const hit = fault.disarm()
        await world.reconciles()
        if (hit) dead += 1

        const { id } = await world.payouts.request(world.ada, wish)
        await world.payouts.carry()
        await world.payouts.carry()
        expect(await world.payouts.find(id)).toMatchObject({ state: 'paid' })
        expect((await world.reached()) - before).toBe(10n * CENT)
        await world.reconciles()
        if (!hit) break
      }
      // Request: payout, audit, account, hold; carry: intent, case, audit, send; outcome: step, case, audit, post.
      expect(dead).toBeGreaterThanOrEqual(10)
      const open = { organizationId: null, state: 'open', before: undefined, limit: 9 } as const
      expect(await world.payments.listCases(open)).toEqual([])
    },
  )

  test('a rail that answers nothing leaves an unknown payout and a case, until it says what it knows', async () => {
    const before = await world.reached()
    const wish = { amount: 10n * CENT, key: 'silent' }
    const { id } = await world.payouts.request(world.ada, wish)
    const state = async () => (await world.payouts.find(id)).state
    // The intent has three writes; the fourth is the rail, which does it and does not answer.
    fault.arm(4, true)
    await world.payouts.carry()
    expect(fault.disarm()).toBe(true)
    expect(await state()).toBe('unknown')
    const query = {
      organizationId: world.publisher,
      state: 'open',
      before: undefined,
      limit: 9,
    } as const
    expect(await world.payments.listCases(query)).toMatchObject([
      { kind: 'payout_unknown', amount: 10n * CENT },
    ])
    await world.reconciles()
    await world.payouts.carry()
    expect(await state()).toBe('paid')
    expect(await world.payments.listCases(query)).toEqual([])
    expect((await world.reached()) - before).toBe(10n * CENT)
  })
})
