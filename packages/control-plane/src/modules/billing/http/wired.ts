import type { Authorize, Principal } from '@mcp-orchestra/api/permission'
import { parseId, type Id } from '@mcp-orchestra/kernel'
import type { Billing } from '../create-billing.ts'
import type { Invoice } from '../invoice/invoice.ts'
import { refuse } from '../problems.ts'

/** What the handlers of billing work with. */
export type BillingRoutes = { readonly authorize: Authorize; readonly billing: Billing }

/** Whose invoices are asked for: the caller's own, or another organization's for operators; else 404. */
export function whoseInvoices(principal: Principal, named: string | undefined): Id<'org'> {
  if (named === undefined || named === principal.organizationId) return principal.organizationId
  const id = parseId('org', named)
  if (id === undefined || !isOperator(principal)) throw refuse('billing.organization_not_found')
  return id
}

/** The invoice, for the organization that it is of and for operators; to anybody else it is not there. */
export async function invoiceFor(
  { billing }: BillingRoutes,
  principal: Principal,
  text: string,
): Promise<Invoice> {
  const id = parseId('inv', text)
  if (id === undefined) throw refuse('billing.invoice_not_found')
  const invoice = await billing.find(id)
  if (invoice.organizationId !== principal.organizationId && !isOperator(principal)) {
    throw refuse('billing.invoice_not_found')
  }
  return invoice
}

/** Who is written into the audit trail. */
export function actorOf({ keyId, memberId }: Principal): string {
  return keyId ?? memberId ?? 'system'
}

function isOperator({ permissions }: Principal): boolean {
  return permissions.has('platform:operate')
}
