import type { Principal } from '@mcp-orchestra/api/permission'
import { createPublicKey, verify } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../../infra/postgres/testing.ts'
import {
  canonicalText,
  PUBLISHED_AHEAD_MS,
  RETIRES_AFTER_MS,
  SIGNS_FOR_MS,
} from '../signing/signer.ts'
import type { TestJournal } from '../testing/journal.ts'
import { createWorld, MILLI_USD, SLOT, type World } from '../testing/world.ts'
import type { SignedReceipt } from './receipt.ts'

describe.each(TEST_VERSIONS)('receipts on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let world: World
  let journal: TestJournal
  let lease: string

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())

  beforeEach(async () => {
    world = await createWorld(server.url)
    journal = await world.startGateway()
    await world.topUp(100n * MILLI_USD)
    lease = await world.granted(journal, { wanted: `${20n * MILLI_USD}` })
    // Each test has a clock of its own, so keys of the one before may be of its future.
    await world.database.query({ text: 'delete from payments.signing_keys' })
    await world.payments.signer.keepFresh()
    return () => world.close()
  })

  async function post(...more: Parameters<World['usage']>[2][]): Promise<string[]> {
    const price = await world.price(777n)
    const records = more.map((one) => world.usage(lease, price, one))
    journal.write(...records)
    await world.payments.applyBatch(SLOT, journal.batch(1))
    return records.map(({ id }) => id)
  }
  const receiptOf = (id: string, principal: Principal = world.customer) =>
    world.payments.receipts.ofEvent(principal, id)
  const of = (organizationId: Principal['organizationId']) => ({
    ...world.customer,
    organizationId,
  })

  async function holds({ receipt, signature }: SignedReceipt): Promise<boolean> {
    const key = (await world.payments.signer.publicKeys()).find(({ kid }) => kid === signature.kid)
    if (key === undefined) return false
    const bytes = Buffer.from(canonicalText(receipt))
    const publicKey = createPublicKey({ key: { ...key }, format: 'jwk' })
    return verify(null, bytes, publicKey, Buffer.from(signature.value, 'base64url'))
  }

  test('say what was posted: price version, definition, parts that sum to the amount, transfer, place', async () => {
    const [, id = ''] = await post({}, { toolHash: 'ab'.repeat(32) }, {})
    const signed = await receiptOf(id)
    expect(signed.receipt).toMatchObject({
      issuer: 'https://mcp.example',
      eventId: id,
      payerId: world.payer,
      publisherId: world.publisher,
      tool: 'echo',
      toolHash: 'ab'.repeat(32),
      priceVersion: 1,
      units: { request: '1' },
      amount: '777',
      journal: { seq: 2, recordHash: journal.records[1]?.payloadDigest },
      batch: { firstSeq: 1, lastSeq: 3 },
    })
    const { amount, split, transferId, batch } = signed.receipt
    expect(split.map(({ role }) => role)).toEqual(['publisher', 'platform'])
    expect(split.reduce((sum, part) => sum + BigInt(part.amount), 0n)).toBe(BigInt(amount))
    expect(transferId).toMatch(/^txn_/)
    expect(batch.path).toHaveLength(2)
    expect(await holds(signed)).toBe(true)
    expect(JSON.stringify(signed)).toBe(canonicalText(signed))
  })

  test('are the same for payer, publisher and operator, every time; nothing for a stranger', async () => {
    const [id = ''] = await post({})
    const first = await receiptOf(id)
    expect(await receiptOf(id, of(world.publisher))).toEqual(first)
    const permissions = new Set(['platform:operate'] as const)
    expect(await receiptOf(id, { ...world.operator, permissions })).toEqual(first)
    await expect(receiptOf(id, of(world.ids.make('org')))).rejects.toMatchObject({
      code: 'metering.usage_event_not_found',
    })
    await expect(receiptOf('evt_nobody')).rejects.toMatchObject({
      code: 'metering.usage_event_not_found',
    })
  })

  test('of a posting add up to its transfers, unit by unit', async () => {
    const ids = await post(...Array.from({ length: 40 }, () => ({})))
    const query = { organizationId: world.payer, side: 'payer', serverId: undefined } as const
    const receipts = await world.payments.receipts.list({ ...query, before: undefined, limit: 100 })
    expect(receipts.map(({ receipt }) => receipt.eventId).toSorted()).toEqual(ids.toSorted())
    const parts = receipts.flatMap(({ receipt }) => receipt.split)
    const sum = (role: string) =>
      parts.reduce((total, part) => total + (part.role === role ? BigInt(part.amount) : 0n), 0n)
    const [transfer] = receipts.map(({ receipt }) => receipt.transferId)
    const { rows } = await world.database.query<{ name: string; amount: bigint }>({
      text: `select a.name, t.amount from ledger.transfers t join ledger.accounts a on a.id = t.credit_id
             where t.link = (select id from ledger.transfers where link = id and reference = $1)`,
      values: [receipts[0]?.receipt.priceId],
    })
    expect(transfer).toBeDefined()
    const legs = new Set(rows.map(({ amount }) => amount))
    expect(legs).toEqual(new Set([sum('publisher'), sum('platform')]))
    for (const one of receipts) expect(await holds(one)).toBe(true)
  })

  test('of a free call have no parts; of one in suspense the payer paid nothing', async () => {
    const [free = '', aside = ''] = await post({ amount: '0', outcome: 'timeout' }, { amount: '1' })
    expect((await receiptOf(free)).receipt).toMatchObject({
      disposition: 'free',
      amount: '0',
      split: [],
      transferId: null,
    })
    expect((await receiptOf(aside)).receipt).toMatchObject({
      disposition: 'suspense',
      amount: '0',
      split: [],
    })
  })

  test('are refused for a call whose part of the fee nobody kept', async () => {
    const [id = ''] = await post({})
    await world.database.query({
      text: `alter table metering.usage_events disable trigger usage_events_are_immutable`,
    })
    await world.database.query({ text: 'update metering.usage_events set fee = null' })
    await world.database.query({
      text: `alter table metering.usage_events enable trigger usage_events_are_immutable`,
    })
    await expect(receiptOf(id)).rejects.toMatchObject({ code: 'payments.receipt_unavailable' })
  })

  describe('when the key is rotated', () => {
    const states = async () => (await world.payments.signer.list()).map(({ state }) => state)
    const revokeAll = async () => {
      for (const { kid } of await world.payments.signer.list())
        await world.payments.signer.revoke(world.operator, kid)
    }

    test('the next key is published a day before it signs, and both verify what they signed', async () => {
      const [id = ''] = await post({})
      const before = await receiptOf(id)
      const next = await world.payments.signer.rotate(world.operator)
      expect(next.state).toBe('next')
      expect(await world.payments.signer.rotate(world.operator)).toMatchObject({ kid: next.kid })
      expect((await receiptOf(id)).signature.kid).toBe(before.signature.kid)
      world.clock.advance(PUBLISHED_AHEAD_MS)
      const after = await receiptOf(id)
      expect(after.signature.kid).toBe(next.kid)
      expect(after.receipt).toEqual(before.receipt)
      expect([await holds(before), await holds(after)]).toEqual([true, true])
      expect(world.audit.filter(({ action }) => action === 'signing_key.made')).toMatchObject([
        {},
        { actor: world.operator.keyId, target: next.kid },
      ])
    })

    test('the private half of the old one is forgotten, and its receipts still verify', async () => {
      const [id = ''] = await post({})
      const before = await receiptOf(id)
      await world.payments.signer.rotate(world.operator)
      world.clock.advance(PUBLISHED_AHEAD_MS + RETIRES_AFTER_MS)
      expect(await world.payments.signer.keepFresh()).toBe(1)
      expect(await world.payments.signer.keepFresh()).toBe(0)
      const old = (await world.payments.signer.list()).find(
        ({ kid }) => kid === before.signature.kid,
      )
      expect(old).toMatchObject({ state: 'retired', sealed: null })
      expect(await holds(before)).toBe(true)
    })

    test('by the job once a quarter, whatever the number of runs', async () => {
      const count = (await states()).length
      expect(await world.payments.signer.keepFresh()).toBe(0)
      world.clock.advance(SIGNS_FOR_MS)
      await Promise.all([1, 2, 3].map(() => world.payments.signer.keepFresh()))
      expect((await states()).length).toBe(count + 1)
    })

    test('a revoked one leaves the published set, another signs at once, and receipts are got anew', async () => {
      const [id = ''] = await post({})
      const before = await receiptOf(id)
      expect(
        await world.payments.signer.revoke(world.operator, before.signature.kid),
      ).toMatchObject({ state: 'revoked', sealed: null })
      expect(await holds(before)).toBe(false)
      const anew = await receiptOf(id)
      expect(anew.receipt).toEqual(before.receipt)
      expect(await holds(anew)).toBe(true)
      await expect(world.payments.signer.revoke(world.operator, 'nobody')).rejects.toMatchObject({
        code: 'payments.signing_key_not_found',
      })
    })

    test('many that ask at once for the first key get one', async () => {
      const [id = ''] = await post({})
      await revokeAll()
      const others = new Set((await world.payments.signer.list()).map(({ kid }) => kid))
      // The last revocation made one already; take it away too, past the service.
      await world.database.query({ text: 'update payments.signing_keys set sealed = null' })
      const receipts = await Promise.all([1, 2, 3, 4].map(() => receiptOf(id)))
      const kids = new Set(receipts.map(({ signature }) => signature.kid))
      expect(kids.size).toBe(1)
      expect([...kids].some((kid) => others.has(kid))).toBe(false)
    })

    test('no private half is anywhere in the database in clear', async () => {
      const { rows } = await world.database.query<{ sealed: Buffer | null }>({
        text: 'select sealed from payments.signing_keys',
      })
      for (const { sealed } of rows) if (sealed !== null) expect(sealed.length).toBeGreaterThan(100)
    })
  })
})
