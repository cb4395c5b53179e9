import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIds, parseId, systemClock, USD } from '@mcp-orchestra/kernel'
import { startTestControlPlane, type TestControlPlane } from '../../../main/testing.ts'
import { postgresUsageTotals, type Month } from '../../metering/index.ts'
import { sampleParty } from '../testing.ts'

const ids = createIds(systemClock)
let plane: TestControlPlane
let payer: { id: string; key: string }
let stranger: { id: string; key: string }

beforeAll(async () => {
  plane = await startTestControlPlane()
  payer = await plane.foundOrganization('Payer')
  stranger = await plane.foundOrganization('Stranger')
  const payerId = parseId('org', payer.id) ?? expect.unreachable()
  await plane.database.transactions.run((tx) =>
    postgresUsageTotals.add(tx, [
      {
        payerId,
        publisherId: ids.make('org'),
        serverId: ids.make('srv'),
        tool: 'echo',
        priceId: ids.make('prc'),
        month: '2026-01' as Month,
        shareId: null,
        asset: USD.id,
        feeBps: 250,
        calls: 1_500n,
        posted: 15n * 10n ** 17n,
        refunded: 0n,
      },
    ]),
  )
}, 60_000)
afterAll(() => plane.stop())

const saveProfile = (key?: string) =>
  plane.json(200, 'PUT', '/v1/billing-profile', {
    body: { ...sampleParty() },
    ...(key === undefined ? {} : { key }),
  })
const finalize = (status: number) =>
  plane.json(status, 'POST', '/v1/invoices', {
    body: { organizationId: payer.id, side: 'payer', month: '2026-01' },
  })

test('an invoice is written when both have said who they are, and read by its party alone', async () => {
  expect(await finalize(409)).toMatchObject({ code: 'billing.profile_missing' })
  expect(await plane.json(200, 'GET', '/v1/billing-profile', { key: payer.key })).toEqual({
    profile: null,
  })
  await saveProfile()
  await saveProfile(payer.key)
  const preview = await plane.json(200, 'GET', '/v1/invoice-preview?month=2026-01', {
    key: payer.key,
  })
  const invoice = await finalize(201)
  expect(invoice).toMatchObject({ ...preview, number: 'INV-000001', totalCents: '150' })
  expect(await finalize(409)).toMatchObject({ code: 'billing.nothing_to_invoice' })

  const path = `/v1/invoices/${String(invoice['id'])}`
  expect(await plane.json(200, 'GET', path, { key: payer.key })).toEqual(invoice)
  const list = await plane.json(200, 'GET', '/v1/invoices', { key: payer.key })
  expect(list).toEqual({ items: [invoice], nextCursor: null })
  for (const suffix of ['', '/file']) {
    expect(await plane.json(404, 'GET', path + suffix, { key: stranger.key })).toMatchObject({
      code: 'billing.invoice_not_found',
    })
  }
  const ofPayer = `/v1/invoices?organizationId=${payer.id}`
  expect(await plane.json(404, 'GET', ofPayer, { key: stranger.key })).toMatchObject({
    code: 'billing.organization_not_found',
  })

  for (const [format, type, head] of [
    ['pdf', 'application/pdf', '%PDF-'],
    ['factur-x', 'application/pdf', '%PDF-'],
    ['ubl', 'application/xml', '<?xml'],
    ['cii', 'application/xml', '<?xml'],
  ]) {
    const file = await plane.send('GET', `${path}/file?format=${format}`, { key: payer.key })
    expect(file.headers.get('content-type')).toBe(type)
    expect(file.headers.get('content-disposition')).toContain('INV-000001.')
    expect((await file.text()).startsWith(head ?? '')).toBe(true)
  }

  const body = { reason: 'wrong address' }
  const credit = (status: number) => plane.json(status, 'POST', `${path}/credit-notes`, { body })
  expect(await credit(201)).toMatchObject({ kind: 'credit_note', totalCents: '-150' })
  expect(await credit(409)).toMatchObject({ code: 'billing.already_credited' })
})

test('an address that no document can hold is refused with its field', async () => {
  const party = sampleParty({ name: 'a\nb' })
  const refused = await plane.json(400, 'PUT', '/v1/billing-profile', {
    key: payer.key,
    body: { ...party },
  })
  expect(JSON.stringify(refused)).toContain('name')
})
