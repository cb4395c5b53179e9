import { assert, type Id } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from '../../../infra/postgres/testing.ts'
import {
  APPROVAL_ABOVE,
  CENT,
  codeOf,
  createPayoutWorld,
  type PayoutWorld,
} from '../testing/payout-world.ts'
import type { PayoutState } from './payout.ts'

type Entry = { readonly id: Id<'pay'>; readonly amount: bigint; state: PayoutState }
type Model = { payable: bigint; reached: bigint; readonly payouts: Entry[] }
type Command = fc.AsyncCommand<Model, PayoutWorld>

let server: TestDatabase
beforeAll(async () => {
  server = await startTestDatabase()
})
afterAll(() => server.stop())

let keys = 0

class Request implements Command {
  readonly cents: bigint
  constructor(cents: bigint) {
    this.cents = cents
  }
  check = () => true
  async run(model: Model, world: PayoutWorld): Promise<void> {
    const amount = this.cents * CENT
    const wish = { amount, key: `model-${(keys += 1)}` }
    if (amount > model.payable) {
      const code = await codeOf(world.payouts.request(world.ada, wish))
      assert(code === 'payments.payout_exceeds_payable', 'nothing beyond what is payable is held')
      return
    }
    const { id, state } = await world.payouts.request(world.ada, wish)
    model.payable -= amount
    model.payouts.push({ id, amount, state: amount > APPROVAL_ABOVE ? 'requested' : 'approved' })
    assert(state === model.payouts.at(-1)?.state, 'it waits for a second person above the limit')
  }
  toString = () => `request ${this.cents}`
}

class Carry implements Command {
  check = () => true
  async run(model: Model, world: PayoutWorld): Promise<void> {
    const moved = model.payouts.filter(({ state }) => state === 'approved')
    assert(
      (await world.payouts.carry()) === moved.length,
      'what is approved is sent, and nothing else',
    )
    for (const entry of moved) {
      entry.state = 'sending'
      model.reached += entry.amount
    }
  }
  toString = () => 'carry'
}

/** One step of one payout by a person, legal or not: what is not changes nothing. */
class Step implements Command {
  readonly to: 'approved' | 'cancelled' | 'paid' | 'failed' | 'returned'
  readonly pick: number
  constructor(to: Step['to'], pick: number) {
    this.to = to
    this.pick = pick
  }
  check = (model: Readonly<Model>) => model.payouts.length > 0
  async run(model: Model, world: PayoutWorld): Promise<void> {
    const entry = model.payouts[this.pick % model.payouts.length]
    assert(entry !== undefined, 'there is one')
    const legal = LEGAL[this.to].includes(entry.state)
    const code = await codeOf(this.#ask(world, entry.id))
    // Who says again what was said hears it again.
    const repeated = entry.state === this.to && ['paid', 'failed', 'returned'].includes(this.to)
    const expected = legal || repeated ? undefined : 'payments.payout_state'
    assert(code === expected, `${this.toString()} of what is ${entry.state}: ${String(code)}`)
    if (!legal) return
    if (this.to === 'failed' || this.to === 'returned') model.reached -= entry.amount
    if (['cancelled', 'failed', 'returned'].includes(this.to)) model.payable += entry.amount
    entry.state = this.to
  }
  #ask(world: PayoutWorld, id: Id<'pay'>): Promise<unknown> {
    switch (this.to) {
      case 'approved':
        return world.payouts.approve(world.ben, id)
      case 'cancelled':
        return world.payouts.cancel(world.ada, id)
      case 'paid':
        return world.payouts.report(world.operator, id, { kind: 'paid', reference: 'ref' })
      case 'failed':
      case 'returned':
        return world.payouts.report(world.operator, id, { kind: this.to, reason: 'why' })
    }
  }
  toString = () => `${this.to} #${this.pick}`
}

const LEGAL: Readonly<Record<Step['to'], readonly PayoutState[]>> = {
  approved: ['requested'],
  cancelled: ['requested', 'approved'],
  paid: ['sending'],
  failed: ['sending'],
  returned: ['paid'],
}

const steps = ['approved', 'cancelled', 'paid', 'failed', 'returned'] as const
const commands = fc.commands(
  [
    fc.oneof(fc.bigInt(100n, 900n), fc.bigInt(10_001n, 12_000n)).map((cents) => new Request(cents)),
    fc.constant(new Carry()),
    fc.tuple(fc.constantFrom(...steps), fc.nat(20)).map(([to, pick]) => new Step(to, pick)),
    fc.tuple(fc.constantFrom(...steps), fc.nat(20)).map(([to, pick]) => new Step(to, pick)),
  ],
  { maxCommands: 25 },
)

test('whatever people do in whatever order, each payout takes the steps of the table and no money is lost', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (given) => {
      const world = await createPayoutWorld(server.url)
      try {
        await world.payee('bank')
        await world.earn(40_000n * CENT)
        const model: Model = { payable: 40_000n * CENT, reached: 0n, payouts: [] }
        await fc.asyncModelRun(() => ({ model, real: world }), given)
        expect((await world.payable()).available).toBe(model.payable)
        expect(await world.reached()).toBe(model.reached)
        for (const { id, state } of model.payouts) {
          expect(await world.payouts.find(id)).toMatchObject({ state })
        }
        await world.reconciles()
        await world.finishAll()
      } finally {
        await world.close()
      }
    }),
    { numRuns: 15 },
  )
})
