import { createRoute, z } from '@hono/zod-openapi'
import { AmountDocument } from '../money.ts'
import { answer, body, guarded, orNull, refusals } from './answer.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['billing']

/** Whose invoices: absent, the caller's own organization. */
const WhoseQuery = z.object({
  organizationId: z
    .string()
    .max(40)
    .optional()
    .openapi({ description: 'Another organization: operators only.' }),
})
const MonthText = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
  .openapi({ example: '2026-10', description: 'A month, by UTC.' })
const SideText = z.enum(['payer', 'publisher']).openapi({
  description:
    '`payer`: what was paid for calls. `publisher`: what calls of one’s servers brought.',
})
/** Line breaks would be lines of their own in an address. */
const Words = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u)

/** Who somebody is on an invoice (EN 16931 BG-4 and BG-7). */
export const BillingProfileDocument = z
  .object({
    name: Words(120),
    address: z
      .object({
        line1: Words(120),
        line2: z.union([Words(120), z.null()]).default(null),
        city: Words(80),
        postcode: Words(20),
        country: z
          .string()
          .regex(/^[A-Z]{2}$/)
          .openapi({ example: 'DE', description: 'ISO 3166-1 alpha-2.' }),
      })
      .strict(),
    taxId: z.union([Words(40), z.null()]).default(null),
    legalId: z.union([Words(60), z.null()]).default(null),
    email: z.email().max(254).openapi({ description: 'Where invoices go.' }),
  })
  .strict()
  .openapi('BillingProfile')

const Cents = z.string().regex(/^(0|-?[1-9]\d{0,37})$/)

/** A line of an invoice. */
export const InvoiceLineDocument = z
  .object({
    kind: z.enum(['calls', 'refund', 'fee']),
    serverId: z.string().nullable(),
    tool: z.string().nullable(),
    priceId: z.string().nullable(),
    month: MonthText.openapi({ description: 'Of the calls: earlier for what came late.' }),
    calls: z.string().openapi({ description: 'How many, as a decimal.' }),
    exact: AmountDocument.openapi({ description: 'What was posted.' }),
    cents: Cents.openapi({ description: 'What stands on the invoice, in US cents.' }),
    unitPrice: orNull(
      z
        .object({ cents: Cents, baseQuantity: z.string() })
        .openapi('UnitPrice', { description: 'So many cents for so many calls.' }),
    ),
  })
  .openapi('InvoiceLine')

const DraftMembers = {
  organizationId: z.string(),
  side: SideText,
  month: MonthText,
  lines: z.array(InvoiceLineDocument),
  totalCents: Cents,
  carriedIn: AmountDocument.openapi({ description: 'Less than a cent, of the invoice before.' }),
  carriedOut: AmountDocument.openapi({ description: 'Less than a cent, for the next invoice.' }),
}

/** What an invoice would say now. */
export const InvoicePreviewDocument = z.object(DraftMembers).openapi('InvoicePreview')

/** An invoice, a self-billing invoice or a credit note: it never changes. */
export const InvoiceDocument = z
  .object({
    id: z.string(),
    kind: z.enum(['invoice', 'self_billing', 'credit_note']),
    number: z.string().openapi({ example: 'INV-000042' }),
    issuedAt: z.iso.datetime(),
    seller: BillingProfileDocument,
    buyer: BillingProfileDocument,
    ...DraftMembers,
    original: orNull(
      z
        .object({ id: z.string(), number: z.string() })
        .openapi('CreditedInvoice', { description: 'What a credit note takes back.' }),
    ),
    reason: z.string().nullable(),
  })
  .openapi('Invoice')

const InvoiceParams = z.object({ id: z.string().min(1).max(40) })

/** Who the organization is on its invoices. */
export const getBillingProfile = createRoute({
  method: 'get',
  path: '/v1/billing-profile',
  operationId: 'getBillingProfile',
  tags: TAGS,
  summary: 'Name and address on invoices',
  security: bearer,
  request: { query: WhoseQuery },
  responses: {
    200: answer(
      z.object({ profile: orNull(BillingProfileDocument) }).openapi('BillingProfileAnswer'),
      'The profile, or null before it was said.',
    ),
    ...guarded,
    ...refusals(404),
  },
})

/** Says who the organization is on its next invoices. */
export const saveBillingProfile = createRoute({
  method: 'put',
  path: '/v1/billing-profile',
  operationId: 'saveBillingProfile',
  tags: TAGS,
  summary: 'Change name and address on the next invoices',
  security: bearer,
  request: { query: WhoseQuery, body: body(BillingProfileDocument) },
  responses: {
    200: answer(BillingProfileDocument, 'What the next invoices say.'),
    ...guarded,
    ...refusals(404, 413, 415),
  },
})

/** What the invoice of a month would say now; nothing is written. */
export const previewInvoice = createRoute({
  method: 'get',
  path: '/v1/invoice-preview',
  operationId: 'previewInvoice',
  tags: TAGS,
  summary: 'What is not invoiced yet, until the end of a month (this one when none is named)',
  security: bearer,
  request: {
    query: WhoseQuery.extend({ month: MonthText.optional(), side: SideText.default('payer') }),
  },
  responses: {
    200: answer(InvoicePreviewDocument, 'The invoice as it would be written now.'),
    ...guarded,
    ...refusals(404, 422),
  },
})

/** Invoices of the organization. */
export const listInvoices = createRoute({
  method: 'get',
  path: '/v1/invoices',
  operationId: 'listInvoices',
  tags: TAGS,
  summary: 'Invoices and credit notes, newest first',
  security: bearer,
  request: { query: PageQuery.extend(WhoseQuery.shape) },
  responses: {
    200: answer(pageOf(InvoiceDocument).openapi('InvoicePage'), 'A page of invoices.'),
    ...guarded,
    ...refusals(404),
  },
})

/** One invoice. */
export const getInvoice = createRoute({
  method: 'get',
  path: '/v1/invoices/{id}',
  operationId: 'getInvoice',
  tags: TAGS,
  summary: 'An invoice or credit note',
  security: bearer,
  request: { params: InvoiceParams },
  responses: { 200: answer(InvoiceDocument, 'The invoice.'), ...guarded, ...refusals(404) },
})

const file = { schema: z.string().openapi({ format: 'binary' }) }

/** One invoice as a file. */
export const getInvoiceFile = createRoute({
  method: 'get',
  path: '/v1/invoices/{id}/file',
  operationId: 'getInvoiceFile',
  tags: TAGS,
  summary: 'An invoice as PDF or e-invoice',
  description:
    '`factur-x` is the PDF with the XML inside; `ubl` and `cii` are the XML alone. All are of EN 16931.',
  security: bearer,
  request: {
    params: InvoiceParams,
    query: z.object({ format: z.enum(['pdf', 'factur-x', 'ubl', 'cii']).default('factur-x') }),
  },
  responses: {
    200: {
      description: 'The file.',
      content: { 'application/pdf': file, 'application/xml': file },
    },
    ...guarded,
    ...refusals(404),
  },
})

/** Writes the invoice of a month that is over. */
export const finalizeInvoice = createRoute({
  method: 'post',
  path: '/v1/invoices',
  operationId: 'finalizeInvoice',
  tags: TAGS,
  summary: 'Write the invoice of a month (operators); each night does it as well',
  security: bearer,
  request: {
    body: body(
      z
        .object({ organizationId: z.string().max(40), side: SideText, month: MonthText })
        .strict()
        .openapi('FinalizeInvoice'),
    ),
  },
  responses: {
    201: answer(InvoiceDocument, 'The invoice, which never changes.'),
    ...guarded,
    ...refusals(404, 409, 413, 415, 422),
  },
})

/** Takes an invoice back. */
export const creditInvoice = createRoute({
  method: 'post',
  path: '/v1/invoices/{id}/credit-notes',
  operationId: 'creditInvoice',
  tags: TAGS,
  summary: 'Take a whole invoice back by a credit note (operators); no money moves',
  security: bearer,
  request: {
    params: InvoiceParams,
    body: body(
      z
        .object({ reason: z.string().trim().min(1).max(500) })
        .strict()
        .openapi('CreditInvoice'),
    ),
  },
  responses: {
    201: answer(InvoiceDocument, 'The credit note.'),
    ...guarded,
    ...refusals(404, 409, 413, 415),
  },
})
