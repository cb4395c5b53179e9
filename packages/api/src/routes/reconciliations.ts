import { createRoute, z } from '@hono/zod-openapi'
import { answer, guarded, refusals } from './answer.ts'
import { SignedAmount } from './ledger.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['ledger']

const FindingDocument = z
  .object({
    check: z.string(),
    subject: z.string().openapi({ description: 'The account, transfer or asset it is about.' }),
    organizationId: z.string().nullable(),
    asset: z.string(),
    expected: SignedAmount,
    found: SignedAmount,
    note: z.string(),
  })
  .openapi('ReconciliationFinding')

/** A reconciliation that has ended. */
export const ReconciliationDocument = z
  .object({
    id: z.string().openapi({ example: 'rcn_01j9zq6v4jf8r9v5s0m3c2k7ae' }),
    askedBy: z.string().nullable().openapi({ description: 'Null: the nightly one.' }),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    checks: z.array(
      z.object({
        check: z.string(),
        says: z.string().openapi({ description: 'What must hold.' }),
        compared: z.int().min(0).openapi({ description: 'How many things were compared.' }),
        holds: z.boolean(),
      }),
    ),
    found: z.int().min(0).openapi({ description: 'Differences; each has a case.' }),
    findings: z.array(FindingDocument).openapi({ description: 'The first thousand.' }),
  })
  .openapi('Reconciliation')

/** Compares everything that must be equal, now. */
export const createReconciliation = createRoute({
  method: 'post',
  path: '/v1/reconciliations',
  operationId: 'createReconciliation',
  tags: TAGS,
  summary: 'Reconcile the books (operators only)',
  description:
    'Reads every transfer and every usage event at one moment; on large books it takes minutes. Each difference opens a case.',
  security: bearer,
  responses: {
    201: answer(ReconciliationDocument, 'What was compared, and what was found.'),
    ...guarded,
    ...refusals(409),
  },
})

/** Reconciliations, the nightly ones as well. */
export const listReconciliations = createRoute({
  method: 'get',
  path: '/v1/reconciliations',
  operationId: 'listReconciliations',
  tags: TAGS,
  summary: 'Reconciliations, newest first (operators only)',
  security: bearer,
  request: { query: PageQuery },
  responses: {
    200: answer(
      pageOf(ReconciliationDocument).openapi('ReconciliationPage'),
      'A page of reconciliations.',
    ),
    ...guarded,
  },
})
