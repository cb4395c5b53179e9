import { createRoute, z } from '@hono/zod-openapi'
import { answer, guarded, refusals } from './answer.ts'
import { LedgerTransferDocument, SignedAmount } from './ledger.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const StandingDocument = z
  .object({
    balance: SignedAmount.openapi({ description: 'Posted credits minus posted debits.' }),
    held: SignedAmount.openapi({ description: 'Set aside by holds; cannot be spent.' }),
    display: z.string().openapi({ example: '0.9 USD' }),
  })
  .openapi('AccountStanding')

const EntryDocument = z
  .object({
    transfer: LedgerTransferDocument,
    side: z.enum(['debit', 'credit']).openapi({ description: 'A credit adds, a debit takes.' }),
    balance: SignedAmount.openapi({ description: 'After it.' }),
    display: z.string().openapi({ description: 'The balance after it, for people.' }),
  })
  .openapi('StatementEntry')

/** A page of an account's statement. */
export const StatementDocument = pageOf(EntryDocument)
  .extend({
    account: z.string(),
    asset: z.string(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    opening: StandingDocument,
    closing: StandingDocument,
    debits: SignedAmount.openapi({ description: 'Posted in the whole period.' }),
    credits: SignedAmount.openapi({ description: 'Posted in the whole period.' }),
    final: z
      .boolean()
      .openapi({ description: 'The whole period is closed: nothing can be added to it.' }),
  })
  .openapi('Statement')

/** What an account held when a period began, what moved it, oldest first, and what it held at the end. */
export const getLedgerStatement = createRoute({
  method: 'get',
  path: '/v1/ledger/statement',
  operationId: 'getLedgerStatement',
  tags: ['ledger'],
  summary: 'Statement of an account',
  description: 'One’s own accounts; the operator’s: any. Holds move no balance and are not listed.',
  security: bearer,
  request: {
    query: PageQuery.extend({
      account: z.string().min(1).max(200).openapi({ example: 'org:org_…:available' }),
      asset: z.string().min(1).max(286).default('USD'),
      from: z.iso.datetime().openapi({ description: 'The first moment of the period.' }),
      to: z.iso.datetime().openapi({ description: 'The first moment after the period.' }),
    }),
  },
  responses: {
    200: answer(StatementDocument, 'A page of the statement.'),
    ...guarded,
    ...refusals(404, 422),
  },
})
