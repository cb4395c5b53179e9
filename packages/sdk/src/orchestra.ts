import { createAssets, type Assets } from './assets.ts'
import { createAudit, type Audit } from './audit.ts'
import { openCore, type OrchestraCore, type OrchestraOptions } from './core.ts'
import { createInvoices, type Invoices } from './invoices.ts'
import { createQuotes, type Quotes } from './quotes.ts'
import { createReceipts, type Receipts } from './receipt/receipts.ts'

/** The typed client of one platform. */
export type Orchestra = OrchestraCore & {
  readonly receipts: Receipts
  readonly quotes: Quotes
  readonly audit: Audit
  readonly assets: Assets
  readonly invoices: Invoices
}

/** Makes a client. Nothing is sent until a method is called. */
export function createOrchestra(options: OrchestraOptions): Orchestra {
  const { api, core } = openCore(options)
  return {
    ...core,
    receipts: createReceipts(api),
    quotes: createQuotes(api),
    audit: createAudit(api),
    assets: createAssets(api),
    invoices: createInvoices(api),
  }
}
