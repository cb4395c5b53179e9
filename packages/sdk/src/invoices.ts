import type { Api } from './api.ts'
import type { OfOrganization } from './balance.ts'
import type { CallOptions } from './deadline.ts'
import type { BillingProfile, Invoice, InvoicePreview } from './documents.ts'
import { filterOf, listOf, type List, type PageOptions } from './pages.ts'

/** `payer`: what was paid for calls. `publisher`: what calls of one's servers brought. */
export type InvoiceSide = Invoice['side']
/** `factur-x` is the PDF with the XML of EN 16931 inside; `ubl` and `cii` are the XML alone. */
export type InvoiceFormat = 'pdf' | 'factur-x' | 'ubl' | 'cii'

/** `orchestra.invoices`: what was paid and earned each month, as documents that never change. */
export type Invoices = {
  /** Newest first. */
  list(options?: PageOptions & OfOrganization): List<Invoice>
  get(id: string, options?: CallOptions): Promise<Invoice>
  /** The invoice as a file; `factur-x` when nothing is said. */
  file(id: string, options?: CallOptions & { format?: InvoiceFormat }): Promise<Uint8Array>
  /** What the invoice of a month (`YYYY-MM`), or of this one, would say now; nothing is written. */
  preview(
    month?: string,
    options?: CallOptions & OfOrganization & { side?: InvoiceSide },
  ): Promise<InvoicePreview>
  /** Name and address on invoices, or null before they were said. */
  profile(options?: CallOptions & OfOrganization): Promise<BillingProfile | null>
  /** Changes them on the next invoices; those that are written keep what they say. */
  saveProfile(
    profile: BillingProfile,
    options?: CallOptions & OfOrganization,
  ): Promise<BillingProfile>
  /** Operators only: writes the invoice of a month that is over. Each night does it as well. */
  finalize(
    subject: { organizationId: string; side: InvoiceSide; month: string },
    options?: CallOptions,
  ): Promise<Invoice>
  /** Operators only: takes a whole invoice back. No money moves. */
  credit(id: string, reason: string, options?: CallOptions): Promise<Invoice>
}

/** Makes `orchestra.invoices`. */
export function createInvoices(api: Api): Invoices {
  return {
    list: (options = {}) =>
      listOf(options, (page) => {
        const query = { ...page, ...filterOf(options) }
        return api.send(options, (client, signal) =>
          client.GET('/v1/invoices', { params: { query }, signal }),
        )
      }),
    get: (id, options) =>
      api.send(options, (client, signal) =>
        client.GET('/v1/invoices/{id}', { params: { path: { id } }, signal }),
      ),
    file: (id, { format = 'factur-x', ...options } = {}) =>
      api.send(options, (client, signal) =>
        client.FILE('/v1/invoices/{id}/file', {
          params: { path: { id }, query: { format } },
          signal,
        }),
      ),
    preview(month, options = {}) {
      const query = { ...(month === undefined ? {} : { month }), ...filterOf(options) }
      return api.send(options, (client, signal) =>
        client.GET('/v1/invoice-preview', { params: { query }, signal }),
      )
    },
    async profile(options = {}) {
      const query = filterOf(options)
      const answer = await api.send(options, (client, signal) =>
        client.GET('/v1/billing-profile', { params: { query }, signal }),
      )
      return answer.profile
    },
    saveProfile(profile, options = {}) {
      const query = filterOf(options)
      return api.send(options, (client, signal) =>
        client.PUT('/v1/billing-profile', { params: { query }, body: profile, signal }),
      )
    },
    finalize: (subject, options) =>
      api.send(options, (client, signal) => client.POST('/v1/invoices', { body: subject, signal })),
    credit: (id, reason, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/invoices/{id}/credit-notes', {
          params: { path: { id } },
          body: { reason },
          signal,
        }),
      ),
  }
}
