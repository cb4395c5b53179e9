import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { getInvoiceFile } from '@mcp-orchestra/api/routes/billing'
import { writeEInvoice, writeFacturX } from '../document/e-invoice.ts'
import { writeInvoicePdf } from '../document/invoice-pdf.ts'
import type { Invoice } from '../invoice/invoice.ts'
import { invoiceFor, type BillingRoutes } from './wired.ts'

/** GET /v1/invoices/{id}/file */
export function mountGetInvoiceFile(app: ApiApp, wired: BillingRoutes): void {
  app.openapi(getInvoiceFile, async (context) => {
    const principal = await wired.authorize(context.req.raw, 'balance:read')
    const invoice = await invoiceFor(wired, principal, context.req.valid('param').id)
    const { format } = context.req.valid('query')
    const isXml = format === 'ubl' || format === 'cii'
    const name = `${invoice.number}.${isXml ? 'xml' : 'pdf'}`
    return new Response(await fileOf(invoice, format), {
      headers: {
        'content-type': isXml ? 'application/xml' : 'application/pdf',
        'content-disposition': `attachment; filename="${name}"`,
        'cache-control': 'private, no-store',
      },
    })
  })
}

async function fileOf(
  invoice: Invoice,
  format: 'pdf' | 'factur-x' | 'ubl' | 'cii',
): Promise<string | Uint8Array<ArrayBuffer>> {
  if (format === 'ubl' || format === 'cii') return writeEInvoice(invoice, format)
  const pdf = await writeInvoicePdf(invoice)
  return Uint8Array.from(format === 'pdf' ? pdf : await writeFacturX(invoice, pdf))
}
