import { createRoute, z } from '@hono/zod-openapi'
import { answer, guarded, refusals } from './answer.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['ledger']

/** Atomic units that may be below zero: a balance of the platform's own, or a difference. */
export const SignedAmount: z.ZodString = z.string().regex(/^(0|-?[1-9]\d{0,37})$/)
const Display = z.string().openapi({ example: '0.001 USD', description: 'For people.' })
const AccountText = z
  .string()
  .min(1)
  .max(200)
  .openapi({ example: 'platform:fees', description: 'Whose account, and what for.' })
const OrganizationQuery = z.string().min(1).max(64).optional().openapi({
  description: 'Only accounts of this organization. Others than one’s own: the operator’s only.',
})

/** An account and what it holds, in atomic units of its asset. */
export const LedgerAccountDocument = z
  .object({
    name: AccountText,
    asset: z.string().openapi({ example: 'USD' }),
    debits: SignedAmount.openapi({ description: 'Sum of posted debits.' }),
    credits: SignedAmount.openapi({ description: 'Sum of posted credits.' }),
    held: SignedAmount.openapi({ description: 'Set aside by holds; cannot be spent.' }),
    balance: SignedAmount.openapi({ description: 'Credits minus debits.' }),
    display: Display.openapi({ description: 'The balance, for people.' }),
  })
  .openapi('LedgerAccount')

/** Money that moved from the debited to the credited account; it never changes. */
export const LedgerTransferDocument = z
  .object({
    id: z.string().openapi({ example: 'txn_01j9zq6v4jf8r9v5s0m3c2k7ae' }),
    at: z.iso.datetime(),
    kind: z.enum(['posted', 'hold', 'post_of_hold', 'void_of_hold']),
    debit: AccountText,
    credit: AccountText,
    amount: SignedAmount,
    asset: z.string().openapi({ example: 'USD' }),
    display: Display,
    holdId: z.string().nullable().openapi({ description: 'The hold that this resolves.' }),
    link: z.uuid().nullable().openapi({ description: 'What transfers of one thing share.' }),
    reference: z.string().nullable().openapi({ description: 'What it was for.' }),
  })
  .openapi('LedgerTransfer')

/** The proof that the books balance, all of it read at one moment. */
export const TrialBalanceDocument = z
  .object({
    balanced: z
      .boolean()
      .openapi({ description: 'Every difference is zero and every projection is true.' }),
    sums: z.array(z.object({ asset: z.string(), difference: SignedAmount })).openapi({
      description: 'Per asset, credits minus debits over all accounts: "0", or a bug.',
    }),
    accounts: z
      .array(LedgerAccountDocument)
      .openapi({ description: 'Those that the caller may see, by name, the first thousand.' }),
    accountsOmitted: z.int().min(0),
    at: z.iso.datetime().nullable().openapi({
      description: 'The moment that was asked for; null: now.',
    }),
    differences: z.array(z.object({ name: AccountText, asset: z.string() })).openapi({
      description: 'Accounts whose balance is not what the transfers say: none, or a bug.',
    }),
  })
  .openapi('TrialBalance')

/** Accounts by name. */
export const listLedgerAccounts = createRoute({
  method: 'get',
  path: '/v1/ledger/accounts',
  operationId: 'listLedgerAccounts',
  tags: TAGS,
  summary: 'Ledger accounts and their balances',
  security: bearer,
  request: { query: PageQuery.extend({ organizationId: OrganizationQuery }) },
  responses: { 200: answer(pageOf(LedgerAccountDocument), 'A page of accounts.'), ...guarded },
})

/** Transfers, newest first. */
export const listLedgerTransfers = createRoute({
  method: 'get',
  path: '/v1/ledger/transfers',
  operationId: 'listLedgerTransfers',
  tags: TAGS,
  summary: 'Ledger transfers',
  security: bearer,
  request: {
    query: PageQuery.extend({
      organizationId: OrganizationQuery,
      account: AccountText.optional(),
      usageEvent: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .openapi({ description: 'Only those that posted this usage event.' }),
    }),
  },
  responses: {
    200: answer(pageOf(LedgerTransferDocument), 'A page of transfers.'),
    ...guarded,
    ...refusals(404),
  },
})

/** The trial balance. */
export const getTrialBalance = createRoute({
  method: 'get',
  path: '/v1/ledger/trial-balance',
  operationId: 'getTrialBalance',
  tags: TAGS,
  summary: 'Proof that the books balance',
  description:
    'Sums over the whole ledger; accounts only as far as the caller may see them. Without `at` it reads every transfer and compares each balance with them; at a moment of the past it is drawn from the closings.',
  security: bearer,
  request: {
    query: z.object({
      at: z.iso
        .datetime()
        .optional()
        .openapi({ description: 'As it was at this moment; a whole day is closed soon after.' }),
    }),
  },
  responses: { 200: answer(TrialBalanceDocument, 'The trial balance.'), ...guarded },
})
