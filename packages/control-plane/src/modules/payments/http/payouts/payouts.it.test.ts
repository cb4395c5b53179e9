import { createIds, money, parseId, systemClock, USD } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../../main/testing.ts'
import { accountNames, createLedger, createPostgresLedgerStore } from '../../../ledger/index.ts'

const ids = createIds(systemClock)
const IBAN = { kind: 'iban', holder: 'Ada', iban: 'DE89370400440532013000' }
let plane: TestControlPlane
let publisher: { id: string; key: string }
let stranger: { id: string; key: string }

beforeAll(async () => {
  plane = await startTestControlPlane()
  // A founder's key is a member's: large payouts need one.
  const body = { name: 'Publisher', adminEmail: 'ada@example.com', issueKey: true }
  const founded = await plane.json(201, 'POST', '/v1/organizations', { body })
  const { id } = founded['organization'] as { id: string }
  publisher = { id, key: String(founded['secret']) }
  stranger = await plane.foundOrganization('Stranger')
  await earn('5000')
})
afterAll(() => plane.stop())

/** Puts earnings onto the publisher's payable account, around the calls that would bring them. */
async function earn(dollars: string): Promise<void> {
  const publisherId = parseId('org', publisher.id) ?? expect.unreachable()
  const ledger = createLedger({ store: createPostgresLedgerStore(plane.database) })
  const [debit, credit] = [accountNames.platform('top_ups'), accountNames.payable(publisherId)]
  await plane.database.transactions.run(async (tx) => {
    await ledger.openAccounts(tx, [debit, credit])
    const amount = money(BigInt(dollars) * 10n ** 18n, USD.id)
    await ledger.post(tx, [{ id: ids.make('txn'), debit, credit, amount }])
  })
}

const mine = (body?: JsonObject) => ({
  key: publisher.key,
  ...(body === undefined ? {} : { body }),
})
const wish = (key: string, units?: string) => ({
  ...mine(units === undefined ? {} : { amount: { units, asset: 'USD' } }),
  headers: { 'idempotency-key': key },
})
const savePayee = (status: number, body: JsonObject) =>
  plane.json(status, 'PUT', '/v1/payee', mine(body))

describe('payees', () => {
  test('are saved, looked at, approved, stopped and released', async () => {
    expect(await plane.json(404, 'GET', '/v1/payee', mine())).toMatchObject({
      code: 'payments.payee_not_found',
    })
    expect(await plane.json(409, 'POST', '/v1/payouts', wish('early'))).toMatchObject({
      code: 'payments.payee_missing',
    })
    const payee = await savePayee(200, { rail: 'bank', destination: IBAN })
    expect(payee).toMatchObject({
      organizationId: publisher.id,
      hint: 'IBAN DE …3000',
      version: 1,
      schedule: 'none',
      minimum: { display: '1 USD' },
      approvedAt: null,
    })
    expect(JSON.stringify(payee)).not.toContain(IBAN.iban)
    expect(await plane.json(200, 'GET', '/v1/payee', mine())).toEqual(payee)
    expect(await plane.json(200, 'GET', '/v1/payees')).toEqual({ items: [payee], nextCursor: null })
    const path = `/v1/payees/${publisher.id}`
    expect(
      await plane.json(409, 'POST', `${path}/approve`, { body: { version: 2 } }),
    ).toMatchObject({
      code: 'payments.destination_changed',
    })
    const approved = await plane.json(200, 'POST', `${path}/approve`, { body: { version: 1 } })
    expect(approved['approvedAt']).toEqual(expect.any(String))
    const hold = (reason: string | null) =>
      plane.json(200, 'PUT', `${path}/hold`, { body: { reason } })
    expect(await hold('a dispute')).toMatchObject({ hold: 'a dispute' })
    expect(await plane.json(409, 'POST', '/v1/payouts', wish('held'))).toMatchObject({
      code: 'payments.payee_on_hold',
    })
    expect(await hold(null)).toMatchObject({ hold: null })
  })

  test('that cannot be are refused, and the operator’s acts are the operator’s', async () => {
    const bad = { ...IBAN, iban: 'DE88370400440532013000' }
    expect(await savePayee(422, { rail: 'bank', destination: bad })).toMatchObject({
      code: 'payments.destination_refused',
    })
    await savePayee(422, { rail: 'moon', destination: IBAN })
    await savePayee(422, { rail: 'bank', minimum: { units: '0.5' } })
    await savePayee(400, { rail: 'bank', destination: { kind: 'cash' } })
    const nobody = `/v1/payees/${stranger.id}`
    await plane.json(404, 'POST', `${nobody}/approve`, { body: { version: 1 } })
    await plane.json(404, 'PUT', `${nobody}/hold`, { body: { reason: null } })
    await plane.json(404, 'PUT', '/v1/payees/nobody/hold', { body: { reason: null } })
    await plane.json(403, 'GET', '/v1/payees', mine())
    await plane.json(403, 'POST', `/v1/payees/${publisher.id}/approve`, mine({ version: 1 }))
  })
})

describe('payouts', () => {
  test('go from a request to the bank and back, seen by their publisher and the operator alone', async () => {
    const payout = await plane.json(201, 'POST', '/v1/payouts', wish('first', '12.34'))
    expect(payout).toMatchObject({
      organizationId: publisher.id,
      destination: 'IBAN DE …3000',
      amount: { display: '12.34 USD' },
      state: 'approved',
      approvedBy: 'rule',
    })
    expect(await plane.json(201, 'POST', '/v1/payouts', wish('first', '12.34'))).toEqual(payout)
    expect(await plane.json(409, 'POST', '/v1/payouts', wish('first', '12.35'))).toMatchObject({
      code: 'payments.idempotency_key_reused',
    })
    const path = `/v1/payouts/${String(payout['id'])}`
    expect(await plane.json(200, 'GET', path, mine())).toEqual(payout)
    expect(await plane.json(404, 'GET', path, { key: stranger.key })).toMatchObject({
      code: 'payments.payout_not_found',
    })
    await plane.json(404, 'GET', '/v1/payouts/nothing', mine())
    await plane.json(404, 'POST', `${path}/cancel`, { key: stranger.key })
    const statement = await plane.json(200, 'GET', `${path}/statement`, mine())
    const atomic = (amount: string) => ({ amount: { amount, asset: 'USD' } })
    expect(statement).toMatchObject({
      payoutId: payout['id'],
      organizationId: publisher.id,
      number: 1,
      amount: { display: '12.34 USD' },
      // The earnings of this test came by no call.
      lines: [
        { kind: 'adjustments', ...atomic('5000000000000000000000') },
        { kind: 'carried_out', ...atomic('-4987660000000000000000') },
      ],
    })
    await plane.json(404, 'GET', `${path}/statement`, { key: stranger.key })
    const file = await plane.send('GET', `${path}/statement/file`, mine())
    expect(file.headers.get('content-type')).toContain('text/csv')
    expect(await file.text()).toContain(`payout,${String(payout['id'])},,12.34`)
    expect((await plane.send('GET', `${path}/statement/file`, { key: stranger.key })).status).toBe(
      404,
    )
    const paid = { kind: 'paid', reference: 'SEPA-1' }
    await plane.json(409, 'POST', `${path}/report`, { body: paid })
    expect(await plane.runJob('payments.carry_payouts')).toBe(1)
    expect(await plane.json(200, 'GET', `${path}/destination`)).toEqual(IBAN)
    await plane.json(403, 'GET', `${path}/destination`, mine())
    expect(await plane.json(200, 'POST', `${path}/report`, { body: paid })).toMatchObject({
      state: 'paid',
      reference: 'SEPA-1',
    })
    const back = { kind: 'returned', reason: 'account closed' }
    expect(await plane.json(200, 'POST', `${path}/report`, { body: back })).toMatchObject({
      state: 'returned',
    })
    expect(await plane.json(200, 'GET', '/v1/payouts?state=returned', mine())).toMatchObject({
      items: [{ id: payout['id'] }],
    })
    expect(await plane.json(200, 'GET', '/v1/payouts', { key: stranger.key })).toMatchObject({
      items: [],
    })
    await plane.json(400, 'POST', `${path}/report`, { body: { kind: 'paid' } })
  })

  test('that cannot be are refused', async () => {
    for (const [units, status, code] of [
      ['0.5', 422, 'payments.payout_too_small'],
      ['1.001', 422, 'payments.payout_not_payable'],
      ['9999', 409, 'payments.payout_exceeds_payable'],
    ] as const) {
      const refused = await plane.json(status, 'POST', '/v1/payouts', wish(`bad-${units}`, units))
      expect(refused).toMatchObject({ code })
    }
    await plane.json(400, 'POST', '/v1/payouts', mine({}))
  })

  test('above the limit wait for another member than the one who asked', async () => {
    const { id, state } = await plane.json(201, 'POST', '/v1/payouts', wish('large', '1000.01'))
    expect(state).toBe('requested')
    const path = `/v1/payouts/${String(id)}`
    expect(await plane.json(409, 'POST', `${path}/approve`, mine())).toMatchObject({
      code: 'payments.payout_needs_second_person',
    })
    expect(await plane.json(200, 'POST', `${path}/approve`)).toMatchObject({ state: 'approved' })
    expect(await plane.json(409, 'POST', `${path}/approve`)).toMatchObject({
      code: 'payments.payout_state',
    })
    expect(await plane.json(200, 'POST', `${path}/cancel`, mine())).toMatchObject({
      state: 'cancelled',
    })
    await plane.json(409, 'POST', `${path}/cancel`, mine())
  })

  test('by schedule are requested by a job', async () => {
    await savePayee(200, { rail: 'bank', schedule: 'monthly', minimum: { units: '50' } })
    // All of it is above the limit: it waits for a second person.
    expect(await plane.runJob('payments.request_scheduled')).toBe(1)
    expect(await plane.runJob('payments.request_scheduled')).toBe(0)
    expect(await plane.json(200, 'GET', '/v1/payouts?state=requested', mine())).toMatchObject({
      items: [{ requestedBy: 'system', needsApproval: true }],
    })
  })
})
