import { problemsOf } from '@mcp-orchestra/kernel'

/** What billing refuses. */
export const BILLING_PROBLEMS = {
  'billing.invoice_not_found': {
    status: 404,
    title: 'There is no such invoice, or none that you may see.',
    retryable: false,
  },
  'billing.organization_not_found': {
    status: 404,
    title: 'There is no such organization, or none whose invoices you may see.',
    retryable: false,
  },
  'billing.month_invalid': {
    status: 422,
    title: 'A month is written as YYYY-MM.',
    retryable: false,
  },
  'billing.month_open': {
    status: 409,
    title: 'The month is not over: its invoice would not be whole.',
    retryable: true,
  },
  'billing.nothing_to_invoice': {
    status: 409,
    title: 'Everything that was posted until the end of this month is invoiced already.',
    retryable: false,
  },
  'billing.profile_missing': {
    status: 409,
    title: 'An invoice names both parties: one of them has not said its name and address.',
    retryable: false,
  },
  'billing.already_credited': {
    status: 409,
    title: 'The invoice was taken back before, or is a credit note itself.',
    retryable: false,
  },
} as const

/** Makes a refusal of billing. */
export const refuse = problemsOf(BILLING_PROBLEMS)
