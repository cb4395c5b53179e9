import type { ApiApp } from '@mcp-orchestra/api/http-app'
import { mountCreditInvoice } from './credit-invoice.ts'
import { mountFinalizeInvoice } from './finalize-invoice.ts'
import { mountGetBillingProfile } from './get-billing-profile.ts'
import { mountGetInvoice } from './get-invoice.ts'
import { mountGetInvoiceFile } from './get-invoice-file.ts'
import { mountListInvoices } from './list-invoices.ts'
import { mountPreviewInvoice } from './preview-invoice.ts'
import { mountSaveBillingProfile } from './save-billing-profile.ts'
import type { BillingRoutes } from './wired.ts'

/** Mounts every route of billing. */
export function mountBilling(app: ApiApp, wired: BillingRoutes): void {
  mountGetBillingProfile(app, wired)
  mountSaveBillingProfile(app, wired)
  mountPreviewInvoice(app, wired)
  mountListInvoices(app, wired)
  mountGetInvoice(app, wired)
  mountGetInvoiceFile(app, wired)
  mountFinalizeInvoice(app, wired)
  mountCreditInvoice(app, wired)
}
