import { InvoiceService, type Invoice as Document } from '@e-invoice-eu/core'
import { instant, toRfc3339 } from '@mcp-orchestra/kernel'
import { endOfMonth } from '../period.ts'
import type { Invoice, InvoiceLine } from '../invoice/invoice.ts'
import type { Party } from '../profile/party.ts'
import { decimalOf, descriptionOf, notesOf, signOf, TITLES } from './wording.ts'

/** Syntaxes of EN 16931: UBL 2.1, UN/CEFACT CII, and Factur-X, which is a PDF with the CII in it. */
export const E_INVOICE_FORMATS = ['ubl', 'cii', 'factur-x'] as const
export type EInvoiceFormat = (typeof E_INVOICE_FORMATS)[number]

const CURRENCY = 'USD'
/** UNTDID 1001: commercial invoice, self-billed invoice, credit note, self-billed credit note. */
const TYPE_CODES = { invoice: '380', self_billing: '389', credit_note: '381' } as const
/** A thing that is counted (UN/ECE Recommendation 20). */
const PIECE = 'C62'
/** Outside of the scope of tax (UNTDID 5305), until tax is calculated. */
const TAX_CATEGORY = 'O'

const NAMES = { ubl: 'UBL', cii: 'CII', 'factur-x': 'Factur-X-EN16931' } as const

/** Writes XML of EN 16931; Factur-X needs the PDF that people read. */
export async function writeEInvoice(
  invoice: Invoice,
  format: Exclude<EInvoiceFormat, 'factur-x'>,
): Promise<string> {
  const text = await service().generate(documentOf(invoice) as Document, {
    format: NAMES[format],
    lang: 'en',
  })
  return typeof text === 'string' ? text : Buffer.from(text).toString()
}

/** Writes the PDF with its CII inside (Factur-X, profile EN 16931). */
export async function writeFacturX(invoice: Invoice, pdf: Uint8Array): Promise<Uint8Array> {
  const bytes = await service().generate(documentOf(invoice) as Document, {
    format: NAMES['factur-x'],
    lang: 'en',
    pdf: { buffer: pdf, filename: `${invoice.number}.pdf`, mimetype: 'application/pdf' },
  })
  return typeof bytes === 'string' ? Buffer.from(bytes) : bytes
}

/** Its complaints are thrown as well: nothing is printed. */
function service(): InvoiceService {
  const quiet = (): void => undefined
  return new InvoiceService({ log: quiet, warn: quiet, error: quiet })
}

/** What the library checks against the schema of EN 16931 before it writes anything. */
function documentOf(invoice: Invoice): unknown {
  const sign = signOf(invoice)
  const total = decimalOf(invoice.totalCents * sign)
  const isPaid = invoice.kind === 'invoice'
  return {
    'ubl:Invoice': {
      'cbc:CustomizationID': 'urn:cen.eu:en16931:2017',
      'cbc:ID': invoice.number,
      'cbc:IssueDate': dayOf(toRfc3339(invoice.issuedAt)),
      'cbc:InvoiceTypeCode': TYPE_CODES[invoice.kind],
      'cbc:Note': [[TITLES[invoice.kind], ...notesOf(invoice)].join(' ')],
      'cbc:DocumentCurrencyCode': CURRENCY,
      'cac:InvoicePeriod': {
        'cbc:StartDate': `${invoice.month}-01`,
        'cbc:EndDate': lastDayOf(invoice),
      },
      ...(invoice.original === null
        ? {}
        : {
            'cac:BillingReference': [
              { 'cac:InvoiceDocumentReference': { 'cbc:ID': invoice.original.number } },
            ],
          }),
      'cac:AccountingSupplierParty': { 'cac:Party': partyOf(invoice.seller) },
      'cac:AccountingCustomerParty': { 'cac:Party': partyOf(invoice.buyer) },
      'cac:Delivery': { 'cbc:ActualDeliveryDate': lastDayOf(invoice) },
      'cac:TaxTotal': [
        {
          ...amount('cbc:TaxAmount', '0.00'),
          'cac:TaxSubtotal': [
            {
              ...amount('cbc:TaxableAmount', total),
              ...amount('cbc:TaxAmount', '0.00'),
              'cac:TaxCategory': {
                'cbc:ID': TAX_CATEGORY,
                'cbc:TaxExemptionReason': 'Not subject to VAT',
                'cac:TaxScheme': { 'cbc:ID': 'VAT' },
              },
            },
          ],
        },
      ],
      'cac:LegalMonetaryTotal': {
        ...amount('cbc:LineExtensionAmount', total),
        ...amount('cbc:TaxExclusiveAmount', total),
        ...amount('cbc:TaxInclusiveAmount', total),
        ...(isPaid ? amount('cbc:PrepaidAmount', total) : {}),
        ...amount('cbc:PayableAmount', isPaid ? '0.00' : total),
      },
      'cac:InvoiceLine': invoice.lines.map((line, index) => lineOf(line, index, invoice)),
    },
  }
}

function partyOf(party: Party): object {
  const { address } = party
  return {
    'cbc:EndpointID': party.email,
    'cbc:EndpointID@schemeID': 'EM',
    'cac:PostalAddress': {
      'cbc:StreetName': address.line1,
      ...(address.line2 === null ? {} : { 'cbc:AdditionalStreetName': address.line2 }),
      'cbc:CityName': address.city,
      'cbc:PostalZone': address.postcode,
      'cac:Country': { 'cbc:IdentificationCode': address.country },
    },
    'cac:PartyLegalEntity': {
      'cbc:RegistrationName': party.name,
      ...(party.legalId === null ? {} : { 'cbc:CompanyID': party.legalId }),
    },
  }
}

/** Calls at one price say it, for as many as make whole cents; what has no one price is one thing of its amount. */
function lineOf(line: InvoiceLine, index: number, invoice: Invoice): object {
  const cents = line.cents * signOf(invoice)
  const isBelowZero = cents < 0n
  const price = line.unitPrice ?? { cents: isBelowZero ? -cents : cents, baseQuantity: 1n }
  const count = line.unitPrice === null ? 1n : line.calls * signOf(invoice)
  return {
    'cbc:ID': String(index + 1),
    'cbc:InvoicedQuantity': String(line.unitPrice === null && isBelowZero ? -count : count),
    'cbc:InvoicedQuantity@unitCode': PIECE,
    ...amount('cbc:LineExtensionAmount', decimalOf(cents)),
    'cac:Item': {
      'cbc:Name': descriptionOf(line, invoice),
      'cac:ClassifiedTaxCategory': {
        'cbc:ID': TAX_CATEGORY,
        'cac:TaxScheme': { 'cbc:ID': 'VAT' },
      },
    },
    'cac:Price': {
      ...amount('cbc:PriceAmount', decimalOf(price.cents)),
      'cbc:BaseQuantity': price.baseQuantity.toString(),
      'cbc:BaseQuantity@unitCode': PIECE,
    },
  }
}

function amount(name: string, decimal: string): object {
  return { [name]: decimal, [`${name}@currencyID`]: CURRENCY }
}

function dayOf(rfc3339: string): string {
  return rfc3339.slice(0, 10)
}

function lastDayOf({ month }: Invoice): string {
  return dayOf(toRfc3339(instant(endOfMonth(month) - 1)))
}
