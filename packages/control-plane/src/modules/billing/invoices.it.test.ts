import fc from 'fast-check'
import { feeOnCumulative, type Id } from '@mcp-orchestra/kernel'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startTestDatabase,
  TEST_VERSIONS,
  type TestDatabase,
} from '../../infra/postgres/testing.ts'
import { postgresUsageTotals, type Month } from '../metering/index.ts'
import { createBilling } from './create-billing.ts'
import { ATTO_PER_CENT } from './invoice/round-lines.ts'
import { createBillingBench, sampleParty, type BillingBench } from './testing.ts'

const OCTOBER = '2026-10' as Month
const NOVEMBER = '2026-11' as Month
const USD_1 = 10n ** 18n

describe.each(TEST_VERSIONS)('invoices on PostgreSQL %i', (version) => {
  let server: TestDatabase
  let bench: BillingBench
  let payer: Id<'org'>

  beforeAll(async () => {
    server = await startTestDatabase({ version })
  }, 60_000)
  afterAll(() => server.stop())
  beforeEach(async () => {
    bench = await createBillingBench(server.url)
    payer = bench.ids.make('org')
    await introduce(bench.operator)
    await introduce(payer)
  })
  afterEach(() => bench.close())

  const introduce = (id: Id<'org'>) => bench.billing.saveProfile('test', id, sampleParty())
  const subject = (month = OCTOBER, organizationId = payer) => ({
    organizationId,
    side: 'payer' as const,
    month,
  })
  const finalize = (month?: Month, organizationId?: Id<'org'>) =>
    bench.billing.finalize('test', subject(month, organizationId))
  const codeOf = async (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    )

  test('an invoice has what was posted in its month, and the next one what came late', async () => {
    const total = await bench.use({ payerId: payer, calls: 1_500n, posted: (3n * USD_1) / 2n })
    const first = await finalize()
    expect(first).toMatchObject({ kind: 'invoice', totalCents: 150n, month: OCTOBER })
    expect(first.lines).toMatchObject([
      { calls: 1_500n, cents: 150n, unitPrice: { cents: 1n, baseQuantity: 10n } },
    ])
    await bench.use({ ...total, calls: 10n, posted: USD_1 / 100n })
    bench.setTime('2026-12-01T00:00:00Z')
    const second = await finalize(NOVEMBER)
    expect(second.lines).toMatchObject([{ month: OCTOBER, calls: 10n, cents: 1n }])
    expect(second.sequence).toBe(first.sequence + 1)
  })

  test('a month that is not over, nothing to invoice, and who has no name are refused', async () => {
    expect(await codeOf(finalize())).toBe('billing.nothing_to_invoice')
    await bench.use({ payerId: payer, posted: USD_1 })
    expect(await codeOf(finalize(NOVEMBER))).toBe('billing.month_open')
    const nameless = bench.ids.make('org')
    await bench.use({ payerId: nameless, posted: USD_1 })
    expect(await codeOf(finalize(OCTOBER, nameless))).toBe('billing.profile_missing')
    await finalize()
    expect(await codeOf(finalize())).toBe('billing.nothing_to_invoice')
  })

  test('the preview is the invoice', async () => {
    await bench.use({ payerId: payer, calls: 3n, posted: 12_345_678_901_234_567n })
    const preview = await bench.billing.preview(subject())
    const invoice = await finalize()
    expect(invoice.lines).toEqual(preview.lines)
    expect(invoice.totalCents).toBe(preview.totalCents)
  })

  test('over all invoices and credit notes, cents and carry are what was posted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            posted: fc.bigInt({ min: 1n, max: 10n ** 20n }),
            tool: fc.constantFrom('a', 'b', 'c'),
            credits: fc.boolean(),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async (steps) => {
          const who = bench.ids.make('org')
          await introduce(who)
          let posted = 0n
          let standing = 0n
          for (const { credits, ...step } of steps) {
            await bench.use({ payerId: who, ...step })
            posted += step.posted
            const invoice = await finalize(OCTOBER, who)
            standing += invoice.totalCents
            if (!credits) continue
            const note = await bench.billing.credit('test', { invoiceId: invoice.id, reason: 'x' })
            standing += note.totalCents
          }
          // What was taken back is invoiced again.
          const last = await finalize(OCTOBER, who).catch(() => undefined)
          standing += last?.totalCents ?? 0n
          expect(posted - standing * ATTO_PER_CENT >= 0n).toBe(true)
          expect(posted - standing * ATTO_PER_CENT < ATTO_PER_CENT).toBe(true)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('numbers have no gap, however many are written at once and however many fail', async () => {
    const parties = Array.from({ length: 30 }, () => bench.ids.make('org'))
    for (const [index, party] of parties.entries()) {
      await bench.use({ payerId: party, posted: USD_1 })
      if (index % 3 !== 0) await introduce(party)
    }
    const codes = await Promise.all(parties.map((party) => codeOf(finalize(OCTOBER, party))))
    expect(codes.filter((code) => code === 'done')).toHaveLength(20)
    const { rows } = await bench.database.query<{ sequence: number }>({
      text: "select sequence from billing.invoices where series = 'INV' order by sequence",
    })
    expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, index) => index + 1))
  })

  test('one party’s invoices written at once are one invoice', async () => {
    await bench.use({ payerId: payer, posted: USD_1 })
    const codes = await Promise.all(Array.from({ length: 8 }, () => codeOf(finalize())))
    expect(codes.toSorted()).toEqual(
      ['done', ...Array<string>(7).fill('billing.nothing_to_invoice')].toSorted(),
    )
  })

  test('whatever fails before the commit leaves no number, no line and no carry behind', async () => {
    await bench.use({ payerId: payer, posted: USD_1 + 1n })
    const failing = createBilling({
      ...bench.deps,
      audit: { record: () => Promise.reject(new Error('the disk is gone')) },
    })
    await expect(failing.finalize('test', subject())).rejects.toThrow('the disk is gone')
    const before = await bench.billing.preview(subject())
    expect(before).toMatchObject({ totalCents: 100n, carriedIn: 0n })
    const invoice = await finalize()
    const { rows } = await bench.database.query<{ last: number }>({
      text: "select last_sequence as last from billing.series where name = 'INV'",
    })
    expect(rows).toEqual([{ last: invoice.sequence }])
  })

  test('a publisher is invoiced for by the platform: what its calls brought, less the fee, to the unit', async () => {
    const publisherId = bench.ids.make('org')
    await introduce(publisherId)
    const amounts = [333_333_333_333_333_333n, 666_666_666_666_666_667n, 1n]
    for (const posted of amounts) {
      await bench.use({ payerId: bench.ids.make('org'), publisherId, posted })
    }
    const invoice = await bench.billing.finalize('test', {
      organizationId: publisherId,
      side: 'publisher',
      month: OCTOBER,
    })
    const fee = amounts.reduce((sum, amount) => sum + feeOnCumulative(amount, 250), 0n)
    expect(invoice.lines.map(({ kind, exact }) => [kind, exact])).toEqual([
      ['calls', USD_1 + 1n],
      ['fee', -fee],
    ])
    expect(invoice).toMatchObject({ kind: 'self_billing', sequence: 1 })
    expect(invoice.number).toMatch(/^SB-[0-9A-Z]{8}-000001$/)
  })

  test('what was given back is a line below zero under the month of the calls, and the fee falls with it', async () => {
    const publisherId = bench.ids.make('org')
    await introduce(publisherId)
    const total = await bench.use({ payerId: payer, publisherId, posted: 2n * USD_1 })
    const refund = (amount: bigint) =>
      bench.database.transactions.run((tx) => postgresUsageTotals.refund(tx, total, amount))
    const bill = async (side: 'payer' | 'publisher', month: Month) => {
      const organizationId = side === 'payer' ? payer : publisherId
      const { lines, totalCents } = await bench.billing.finalize('test', {
        organizationId,
        side,
        month,
      })
      return { lines: lines.map(({ kind, month: of, exact }) => [kind, of, exact]), totalCents }
    }
    await refund(USD_1 / 2n)
    expect(await bill('payer', OCTOBER)).toEqual({
      lines: [
        ['calls', OCTOBER, 2n * USD_1],
        ['refund', OCTOBER, -USD_1 / 2n],
      ],
      totalCents: 150n,
    })
    const earned = await bill('publisher', OCTOBER)
    expect(earned.lines.at(-1)).toEqual(['fee', OCTOBER, (-USD_1 * 3n) / 80n])
    // The rest is given back when the month was invoiced already: it stands on the next invoice.
    await refund((3n * USD_1) / 2n)
    bench.setTime('2026-12-02T03:00:00Z')
    expect(await bill('payer', NOVEMBER)).toEqual({
      lines: [['refund', OCTOBER, (-3n * USD_1) / 2n]],
      totalCents: -150n,
    })
    expect(await bill('publisher', NOVEMBER)).toMatchObject({
      lines: [
        ['refund', OCTOBER, (-3n * USD_1) / 2n],
        ['fee', NOVEMBER, (USD_1 * 3n) / 80n],
      ],
    })
  })

  test('an invoice is taken back once, and its lines are invoiced again', async () => {
    await bench.use({ payerId: payer, posted: 2n * USD_1 })
    const invoice = await finalize()
    const wish = { invoiceId: invoice.id, reason: 'wrong address' }
    const note = await bench.billing.credit('test', wish)
    expect(note).toMatchObject({ kind: 'credit_note', totalCents: -200n, reason: 'wrong address' })
    expect(note.original).toEqual({ id: invoice.id, number: invoice.number })
    expect(await codeOf(bench.billing.credit('test', wish))).toBe('billing.already_credited')
    expect(await codeOf(bench.billing.credit('test', { ...wish, invoiceId: note.id }))).toBe(
      'billing.already_credited',
    )
    expect(await finalize()).toMatchObject({ totalCents: 200n })
    expect(await bench.billing.find(invoice.id)).toEqual(invoice)
  })

  test('the database refuses to change or remove an invoice, a profile, or to jump a number', async () => {
    await bench.use({ payerId: payer, posted: USD_1 })
    await finalize()
    for (const text of [
      "update billing.invoices set number = 'X'",
      'delete from billing.invoices',
      'truncate billing.profiles',
      `insert into billing.invoices select gen_random_uuid(), kind, series, sequence + 2, number || 'x',
         organization_id, side, month, issued_at, total_cents, document, null
       from billing.invoices where kind = 'invoice' limit 1`,
    ]) {
      await expect(bench.database.query({ text })).rejects.toThrow(/append-only|not the next/)
    }
  })

  test('the job writes what is due, once', async () => {
    await bench.use({ payerId: payer, posted: USD_1 })
    expect(await bench.billing.finalizeDue()).toBeGreaterThan(0)
    expect(await bench.billing.finalizeDue()).toBe(0)
  })
})
