import type { Id } from '@mcp-orchestra/kernel'
import type { BillingDeps } from './deps.ts'
import { creditInvoice } from './invoice/credit-invoice.ts'
import { draftInvoice, type DraftInvoice } from './invoice/draft-invoice.ts'
import { finalizeDue } from './invoice/finalize-due.ts'
import { finalizeInvoice } from './invoice/finalize-invoice.ts'
import type { Invoice } from './invoice/invoice.ts'
import type { Month } from '../metering/index.ts'
import { monthAt } from './period.ts'
import type { InvoicePageQuery, InvoiceSubject } from './ports.ts'
import type { Party } from './profile/party.ts'
import { saveProfile } from './profile/save-profile.ts'
import { refuse } from './problems.ts'

/** Invoices, self-billing and credit notes: every use case of the module. */
export interface Billing {
  profile(organizationId: Id<'org'>): Promise<Party | undefined>
  saveProfile(actor: string, organizationId: Id<'org'>, party: Party): Promise<void>
  /** What the invoice of a month, or of this one, would say now; nothing is written. */
  preview(
    subject: Omit<InvoiceSubject, 'month'> & { readonly month: Month | undefined },
  ): Promise<InvoiceSubject & DraftInvoice>
  finalize(actor: string, subject: InvoiceSubject): Promise<Invoice>
  credit(
    actor: string,
    wish: { readonly invoiceId: Id<'inv'>; readonly reason: string },
  ): Promise<Invoice>
  find(id: Id<'inv'>): Promise<Invoice>
  list(query: InvoicePageQuery): Promise<Invoice[]>
  /** A job: the invoices of the month before. Returns how many were written. */
  finalizeDue(): Promise<number>
}

/** Makes the billing module on its stores. */
export function createBilling(deps: BillingDeps): Billing {
  const { transactions } = deps
  return {
    profile: (organizationId) => transactions.run((tx) => deps.profiles.latest(tx, organizationId)),
    saveProfile: (actor, organizationId, party) => saveProfile(deps, actor, organizationId, party),
    async preview({ month = monthAt(deps.clock.now()), ...whose }) {
      const subject = { ...whose, month }
      const draft = await transactions.run((tx) => draftInvoice(deps, tx, subject))
      return { ...subject, ...draft }
    },
    finalize: (actor, subject) => finalizeInvoice(deps, actor, subject),
    credit: (actor, wish) => creditInvoice(deps, actor, wish),
    async find(id) {
      const invoice = await transactions.run((tx) => deps.invoices.find(tx, id))
      if (invoice === undefined) throw refuse('billing.invoice_not_found')
      return invoice
    },
    list: (query) => transactions.run((tx) => deps.invoices.page(tx, query)),
    finalizeDue: () => finalizeDue(deps),
  }
}
