import { afterEach, afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import { sqlErrorOf } from '../../../infra/postgres/index.ts'
import {
  APPROVAL_ABOVE,
  CENT,
  codeOf,
  createPayoutWorld,
  IBAN,
  type PayoutWorld,
} from '../testing/payout-world.ts'

describe.each(TEST_VERSIONS)('payouts on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: PayoutWorld

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    world = await createPayoutWorld(server.url)
  })
  afterEach(async () => {
    await world.reconciles()
    await world.finishAll()
    await world.close()
  })

  const all = (key: string) => ({ amount: null, key })

  test('what is payable is held, sent, and posted when the bank has carried it out', async () => {
    await world.payee('bank')
    await world.earn(1_234n * CENT + 7n)
    const payout = await world.payouts.request(world.ada, all('november'))
    expect(payout).toMatchObject({ state: 'approved', approvedBy: 'rule', needsApproval: false })
    expect(payout.amount.amount).toBe(1_234n * CENT)
    expect(await world.payable()).toMatchObject({ posted: 1_234n * CENT + 7n, available: 7n })
    expect(await world.payouts.carry()).toBe(1)
    expect(await world.payouts.carry()).toBe(0)
    expect(await world.payouts.find(payout.id)).toMatchObject({ state: 'sending' })
    expect(await world.payouts.destination(world.operator, payout.id)).toEqual(IBAN)

    const word = { kind: 'paid', reference: 'SEPA-1' } as const
    const paid = await world.payouts.report(world.operator, payout.id, word)
    expect(paid).toMatchObject({ state: 'paid', reference: 'SEPA-1' })
    expect(await world.payouts.report(world.operator, payout.id, word)).toEqual(paid)
    expect(await world.payable()).toMatchObject({ posted: 7n, available: 7n })
    expect(world.audit.map(({ action }) => action).slice(-4)).toEqual([
      'payout.requested',
      'payout.sending',
      'payout.destination_read',
      'payout.paid',
    ])
  })

  test('a payout to the own balance arrives at the next run', async () => {
    await world.payee('balance')
    await world.earn(55n)
    const { id } = await world.payouts.request(world.ada, all('to-balance'))
    expect(await world.payouts.carry()).toBe(1)
    expect(await world.payouts.find(id)).toMatchObject({ state: 'paid' })
    expect(await world.reached()).toBe(55n)
    expect(
      await codeOf(world.payouts.report(world.operator, id, { kind: 'failed', reason: 'x' })),
    ).toBe('payments.rail_speaks_for_itself')
  })

  test('the same key is one payout, and another wish under it is refused', async () => {
    await world.payee('bank')
    await world.earn(5_000n * CENT)
    const wish = { amount: 200n * CENT, key: 'once' }
    const first = await world.payouts.request(world.ada, wish)
    expect(await world.payouts.request(world.ada, wish)).toEqual(first)
    expect(await codeOf(world.payouts.request(world.ada, all('once')))).toBe(
      'payments.idempotency_key_reused',
    )
    expect((await world.payable()).available).toBe(4_800n * CENT)
  })

  test.each([
    [201n * CENT, 'payments.payout_exceeds_payable'],
    [99n * CENT, 'payments.payout_too_small'],
    [150n * CENT + 1n, 'payments.payout_not_payable'],
  ])('%i atto-USD of 200 cents is refused as %s', async (amount, code) => {
    await world.payee('bank')
    await world.earn(200n * CENT)
    expect(await codeOf(world.payouts.request(world.ada, { amount, key: 'k' }))).toBe(code)
  })

  test('above the limit a second member approves: not the same one, and no service', async () => {
    await world.payee('bank')
    await world.earn(APPROVAL_ABOVE + CENT)
    const ofService = world.payouts.request(world.service, all('by-service'))
    expect(await codeOf(ofService)).toBe('payments.payout_needs_member')
    const { id, state } = await world.payouts.request(world.ada, all('large'))
    expect(state).toBe('requested')
    expect(await world.payouts.carry()).toBe(0)
    for (const principal of [world.ada, world.service]) {
      expect(await codeOf(world.payouts.approve(principal, id))).toBe(
        'payments.payout_needs_second_person',
      )
    }
    const approved = await world.payouts.approve(world.ben, id)
    expect(approved).toMatchObject({ state: 'approved', approvedMember: world.ben.memberId })
    expect(await codeOf(world.payouts.approve(world.ben, id))).toBe('payments.payout_state')
    expect(await world.payouts.carry()).toBe(1)
  })

  test('a cancelled payout, and a failed one, are payable again', async () => {
    await world.payee('bank')
    await world.earn(400n * CENT)
    const first = await world.payouts.request(world.ada, all('first'))
    expect(await world.payouts.cancel(world.ada, first.id)).toMatchObject({ state: 'cancelled' })
    expect((await world.payable()).available).toBe(400n * CENT)
    const { id } = await world.payouts.request(world.ada, all('second'))
    await world.payouts.carry()
    expect(await codeOf(world.payouts.cancel(world.ada, id))).toBe('payments.payout_state')
    const failed = { kind: 'failed', reason: 'no such account' } as const
    expect(await world.payouts.report(world.operator, id, failed)).toMatchObject({
      state: 'failed',
      reason: failed.reason,
    })
    expect(await world.payable()).toMatchObject({ posted: 400n * CENT, available: 400n * CENT })
  })

  test('a payment that comes back is a transfer the other way, and payable again', async () => {
    await world.payee('bank')
    await world.earn(400n * CENT)
    const { id } = await world.payouts.request(world.ada, all('returned'))
    await world.payouts.carry()
    const back = { kind: 'returned', reason: 'account closed' } as const
    expect(await codeOf(world.payouts.report(world.operator, id, back))).toBe(
      'payments.payout_state',
    )
    await world.payouts.report(world.operator, id, { kind: 'paid', reference: 'SEPA-2' })
    expect(await world.payouts.report(world.operator, id, back)).toMatchObject({
      state: 'returned',
      reference: 'SEPA-2',
      reason: 'account closed',
    })
    expect((await world.payable()).available).toBe(400n * CENT)
    const transfers = await world.ledger.transfers({ organizationId: world.publisher, limit: 3 })
    expect(transfers.map(({ kind }) => kind)).toEqual(['X', 'P', 'H'])
  })

  test('nothing is paid to a payee that nobody approved, that is stopped, or that is not there', async () => {
    await world.earn(400n * CENT)
    const nobody = { ...world.ada, organizationId: world.ids.make('org') }
    expect(await codeOf(world.payouts.request(nobody, all('a')))).toBe('payments.payee_missing')
    const wish = { rail: 'bank', destination: IBAN, schedule: 'none', minimum: undefined } as const
    const { version: seen } = await world.payouts.savePayee(world.ada, wish)
    expect(await codeOf(world.payouts.request(world.ada, all('b')))).toBe(
      'payments.payee_not_approved',
    )
    const organizationId = world.publisher
    await world.payouts.savePayee(world.ada, wish)
    const late = world.payouts.approvePayee(world.operator, { organizationId, version: seen })
    expect(await codeOf(late)).toBe('payments.destination_changed')
    await world.payee('bank')
    const reason = 'a dispute'
    await world.payouts.holdPayee(world.operator, { organizationId, reason })
    expect(await codeOf(world.payouts.request(world.ada, all('c')))).toBe('payments.payee_on_hold')
    await world.payouts.holdPayee(world.operator, { organizationId, reason: null })
    const { id } = await world.payouts.request(world.ada, all('d'))
    await world.payouts.holdPayee(world.operator, { organizationId, reason })
    expect(await world.payouts.carry()).toBe(0)
    await world.payouts.holdPayee(world.operator, { organizationId, reason: null })
    expect(await world.payouts.carry()).toBe(1)
    expect(await world.payouts.find(id)).toMatchObject({ state: 'sending' })
  })

  test('a new destination keeps payouts that were requested before on their way', async () => {
    await world.payee('bank')
    await world.earn(400n * CENT)
    const { id } = await world.payouts.request(world.ada, all('old'))
    const destination = { ...IBAN, iban: 'GB82WEST12345698765432' }
    const wish = { rail: 'bank', destination, schedule: 'none', minimum: undefined } as const
    const { version } = await world.payouts.savePayee(world.ada, wish)
    // Somebody changed it for a reason: nothing leaves until it was looked at.
    expect(await world.payouts.carry()).toBe(0)
    await world.payouts.approvePayee(world.operator, { organizationId: world.publisher, version })
    expect(await world.payouts.carry()).toBe(1)
    expect(await world.payouts.destination(world.operator, id)).toEqual(IBAN)
  })

  test.each([
    [{ rail: 'moon', destination: IBAN }, 'payments.rail_unknown'],
    [{ rail: 'bank', destination: { kind: 'balance' } }, 'payments.destination_refused'],
    [
      { rail: 'bank', destination: { ...IBAN, iban: 'DE00370400440532013000' } },
      'payments.destination_refused',
    ],
    [{ rail: 'balance', destination: undefined }, 'payments.destination_refused'],
    [{ rail: 'bank', destination: IBAN, minimum: CENT }, 'payments.payout_too_small'],
  ] as const)('%o is refused as %s', async (wish, code) => {
    await world.payee('bank')
    const whole = { schedule: 'none', minimum: undefined, ...wish } as const
    expect(await codeOf(world.payouts.savePayee(world.ada, whole))).toBe(code)
  })

  test('by schedule, all that is payable is requested once a period, when it is enough', async () => {
    await world.payee('bank', 'daily')
    expect(await world.payouts.requestScheduled()).toBe(0)
    await world.earn(300n * CENT)
    expect(await world.payouts.requestScheduled()).toBe(1)
    await world.earn(300n * CENT)
    expect(await world.payouts.requestScheduled()).toBe(0)
    world.clock.advance(86_400_000)
    expect(await world.payouts.requestScheduled()).toBe(1)
    const query = { publisherId: world.publisher, state: undefined, before: undefined, limit: 9 }
    const made = await world.payouts.list(query)
    expect(
      made.map(({ requestKey, requestedMember, requestedBy }) => [
        requestKey,
        requestedMember,
        requestedBy,
      ]),
    ).toEqual([
      ['daily 2026-11-23', world.ada.memberId, 'system'],
      ['daily 2026-11-22', world.ada.memberId, 'system'],
    ])
  })

  test('while the epoch is frozen nothing is requested and nothing is sent', async () => {
    await world.payee('balance')
    await world.earn(400n * CENT)
    await world.payouts.request(world.ada, { amount: CENT, key: 'before' })
    const freeze = (frozen: boolean) =>
      world.database.query({
        text: 'update payments.ledger_epoch set frozen = $1',
        values: [frozen],
      })
    await freeze(true)
    expect(await codeOf(world.payouts.request(world.ada, all('frozen')))).toBe(
      'payments.epoch_frozen',
    )
    expect(await world.payouts.carry()).toBe(0)
    await freeze(false)
    expect(await world.payouts.carry()).toBe(1)
  })

  test.each([
    ['a step back', `update payments.payouts set state = 'requested'`, 'payout_steps'],
    ['another amount', 'update payments.payouts set amount = 1', 'payout_steps'],
    ['a removal', 'delete from payments.payouts', 'payments: payouts is kept, DELETE refused'],
    [
      'one pair of eyes',
      `update payments.payouts set state = 'approved', approved_member = requested_member,
         approved_at = now(), approved_by = 'x' where state = 'requested'`,
      'four_eyes',
    ],
    [
      'another account',
      `update payments.payee_destinations set hint = 'x'`,
      'destination_is_fixed',
    ],
  ])('the database refuses %s, whoever writes', async (_, text, reason) => {
    await world.payee('bank')
    await world.earn(APPROVAL_ABOVE + CENT)
    await world.payouts.request(world.ada, all('db'))
    const thrown: unknown = await world.database.query({ text }).then(
      () => undefined,
      (error: unknown) => error,
    )
    const error = sqlErrorOf(thrown)
    expect(error?.constraint ?? error?.message).toBe(reason)
  })
})
