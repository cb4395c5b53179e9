import { createRequire } from 'node:module'
import PdfDocument from 'pdfkit'
import { toRfc3339 } from '@mcp-orchestra/kernel'
import type { Invoice, InvoiceLine } from '../invoice/invoice.ts'
import type { Party } from '../profile/party.ts'
import {
  carriedText,
  decimalOf,
  descriptionOf,
  grouped,
  isExact,
  notesOf,
  signOf,
  TITLES,
} from './wording.ts'

const require = createRequire(import.meta.url)
const REGULAR = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')
const BOLD = require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf')

/** Points (1/72 inch); A4 is 595 by 842. */
const MARGIN = 56
const WIDTH = 595 - 2 * MARGIN
const BOTTOM = 842 - 72
const COLUMNS = [
  { title: 'Description', x: 0, width: 215, align: 'left' },
  { title: 'Quantity', x: 215, width: 78, align: 'right' },
  { title: 'Price', x: 293, width: 110, align: 'right' },
  { title: 'Amount', x: 403, width: 80, align: 'right' },
] as const
const INK = '#16202e'
const QUIET = '#5b6675'
const RULE = '#d5dbe3'

/** Writes the PDF that people read, with its fonts inside (PDF/A-3b, as Factur-X wants it). */
export async function writeInvoicePdf(invoice: Invoice): Promise<Uint8Array> {
  const issuedAt = new Date(invoice.issuedAt)
  const pdf = new PdfDocument({
    size: 'A4',
    margins: { top: MARGIN, bottom: 40, left: MARGIN, right: MARGIN },
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    bufferPages: true,
    font: REGULAR,
    info: {
      Title: `${TITLES[invoice.kind]} ${invoice.number}`,
      Author: invoice.seller.name,
      CreationDate: issuedAt,
      ModDate: issuedAt,
    },
  })
  pdf.registerFont('regular', REGULAR)
  pdf.registerFont('bold', BOLD)
  const chunks: Buffer[] = []
  const ended = new Promise<Uint8Array>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
    pdf.on('end', () => resolve(Buffer.concat(chunks)))
    pdf.on('error', reject)
  })
  drawHead(pdf, invoice)
  drawTable(pdf, invoice)
  drawFoot(pdf, invoice)
  numberPages(pdf, invoice)
  pdf.end()
  return ended
}

type Pdf = InstanceType<typeof PdfDocument>

function drawHead(pdf: Pdf, invoice: Invoice): void {
  pdf.font('bold').fontSize(20).fillColor(INK)
  pdf.text(TITLES[invoice.kind], MARGIN, MARGIN)
  const facts = [
    ['Number', invoice.number],
    ['Date', toRfc3339(invoice.issuedAt).slice(0, 10)],
    ['Month', invoice.month],
    ...(invoice.original === null ? [] : [['Takes back', invoice.original.number]]),
  ] as const
  let y = MARGIN + 34
  for (const [name, value] of facts) {
    pdf
      .font('regular')
      .fontSize(9)
      .fillColor(QUIET)
      .text(name ?? '', MARGIN, y, { width: 80 })
    pdf.fillColor(INK).text(value ?? '', MARGIN + 80, y, { width: 200 })
    y += 14
  }
  y += 14
  const left = drawParty(pdf, 'From', invoice.seller, MARGIN, y)
  const right = drawParty(pdf, 'To', invoice.buyer, MARGIN + WIDTH / 2, y)
  pdf.y = Math.max(left, right) + 22
}

function drawParty(pdf: Pdf, title: string, party: Party, x: number, top: number): number {
  const width = WIDTH / 2 - 16
  pdf.font('regular').fontSize(8).fillColor(QUIET).text(title, x, top, { width })
  pdf
    .font('bold')
    .fontSize(10)
    .fillColor(INK)
    .text(party.name, x, top + 13, { width })
  const { line1, line2, postcode, city, country } = party.address
  const lines = [
    line1,
    line2,
    `${postcode} ${city}`,
    country,
    party.taxId === null ? null : `Tax number ${party.taxId}`,
    party.legalId === null ? null : `Register ${party.legalId}`,
    party.email,
  ].filter((line) => line !== null)
  pdf
    .font('regular')
    .fontSize(9)
    .text(lines.join('\n'), x, pdf.y + 2, { width, lineGap: 2 })
  return pdf.y
}

function drawTable(pdf: Pdf, invoice: Invoice): void {
  drawTitles(pdf)
  for (const line of invoice.lines) {
    pdf.font('regular').fontSize(9).fillColor(INK)
    const cells = cellsOf(line, invoice)
    const height = Math.max(...cells.map((text, at) => heightOf(pdf, text, at)))
    if (pdf.y + height > BOTTOM) {
      pdf.addPage()
      drawTitles(pdf)
      pdf.font('regular').fontSize(9).fillColor(INK)
    }
    drawRow(pdf, cells)
  }
}

function drawTitles(pdf: Pdf): void {
  pdf.font('bold').fontSize(8).fillColor(QUIET)
  drawRow(
    pdf,
    COLUMNS.map(({ title }) => title),
  )
}

function drawRow(pdf: Pdf, cells: readonly string[]): void {
  const top = pdf.y
  const height = Math.max(...cells.map((text, at) => heightOf(pdf, text, at)))
  for (const [at, { x, width, align }] of COLUMNS.entries()) {
    pdf.text(cells[at] ?? '', MARGIN + x, top, { width, align, lineGap: 1 })
  }
  pdf.y = top + height + 5
  pdf
    .moveTo(MARGIN, pdf.y)
    .lineTo(MARGIN + WIDTH, pdf.y)
    .lineWidth(0.5)
    .strokeColor(RULE)
    .stroke()
  pdf.y += 6
}

function heightOf(pdf: Pdf, text: string, at: number): number {
  return pdf.heightOfString(text, { width: COLUMNS[at]?.width ?? WIDTH, lineGap: 1 })
}

function cellsOf(line: InvoiceLine, invoice: Invoice): string[] {
  const sign = signOf(invoice)
  const exact = isExact(line) ? '' : `\nexactly ${carriedText(line.exact * sign)} USD`
  const price = line.unitPrice
  const per =
    price === null || price.baseQuantity === 1n
      ? ''
      : ` per ${grouped(price.baseQuantity.toString())}`
  return [
    `${descriptionOf(line, invoice)}${exact}`,
    line.kind !== 'calls' ? '' : grouped((line.calls * sign).toString()),
    price === null ? '' : `${grouped(decimalOf(price.cents))} USD${per}`,
    `${grouped(decimalOf(line.cents * sign))} USD`,
  ]
}

function drawFoot(pdf: Pdf, invoice: Invoice): void {
  const sign = signOf(invoice)
  const total = grouped(decimalOf(invoice.totalCents * sign))
  const rows = [
    ['Total', `${total} USD`],
    ...(invoice.kind === 'invoice'
      ? [
          ['Paid from the balance', `${total} USD`],
          ['Due', '0.00 USD'],
        ]
      : []),
  ]
  if (pdf.y + 150 > BOTTOM) pdf.addPage()
  pdf.y += 6
  for (const [index, [name = '', value = '']] of rows.entries()) {
    const y = pdf.y
    const isTotal = index === 0
    pdf
      .font(isTotal ? 'bold' : 'regular')
      .fontSize(isTotal ? 11 : 9)
      .fillColor(INK)
    pdf.text(name, MARGIN + 215, y, { width: 178, align: 'right' })
    pdf.text(value, MARGIN + 393, y, { width: 90, align: 'right' })
    pdf.y = y + (isTotal ? 20 : 15)
  }
  const carried = `Less than a cent is never lost: ${carriedText(invoice.carriedIn)} USD came from the invoice before, ${carriedText(invoice.carriedOut)} USD goes to the next one.`
  pdf.font('regular').fontSize(8).fillColor(QUIET)
  pdf.text([...notesOf(invoice), carried].join('\n'), MARGIN, pdf.y + 12, {
    width: WIDTH,
    lineGap: 3,
  })
}

function numberPages(pdf: Pdf, invoice: Invoice): void {
  const { count } = pdf.bufferedPageRange()
  for (let page = 0; page < count; page += 1) {
    pdf.switchToPage(page)
    pdf.font('regular').fontSize(8).fillColor(QUIET)
    pdf.text(`${invoice.number} · page ${page + 1} of ${count}`, MARGIN, 842 - 60, {
      width: WIDTH,
      align: 'center',
      lineBreak: false,
    })
  }
}
