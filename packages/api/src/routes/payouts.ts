import { createRoute, z } from '@hono/zod-openapi'
import { AmountDocument, UnitsDocument } from '../money.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { pageOf, PageQuery } from './page.ts'
import { DestinationText } from './payees.ts'
import { bearer } from './security.ts'

const TAGS = ['payouts']

const State = z
  .enum(['requested', 'approved', 'sending', 'unknown', 'paid', 'failed', 'returned', 'cancelled'])
  .openapi({
    description:
      '`requested` waits for a second person; `unknown` has a case, and is never sent again blindly.',
  })

/** Earnings on their way to a publisher. */
export const PayoutDocument = z
  .object({
    id: z.string(),
    organizationId: z.string(),
    rail: z.string(),
    destination: z.string().openapi({ example: 'IBAN DE …3000' }),
    amount: AmountDocument,
    state: State,
    requestedBy: z.string(),
    needsApproval: z.boolean(),
    approvedBy: z.string().nullable(),
    reference: z.string().nullable().openapi({ description: 'The rail’s own name for it.' }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Why it is unknown, failed or came back.' }),
    requestedAt: z.iso.datetime(),
    approvedAt: z.iso.datetime().nullable(),
    sentAt: z.iso.datetime().nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi('Payout')

const PayoutPath = z.object({ id: z.string().min(1).max(40) })

/** Payouts of the organization; of everybody for operators. */
export const listPayouts = createRoute({
  method: 'get',
  path: '/v1/payouts',
  operationId: 'listPayouts',
  tags: TAGS,
  summary: 'Payouts, newest first; of all publishers for operators',
  security: bearer,
  request: { query: PageQuery.extend({ state: State.optional() }) },
  responses: {
    200: answer(pageOf(PayoutDocument).openapi('PayoutPage'), 'A page of payouts.'),
    ...guarded,
  },
})

/** Requests a payout. */
export const requestPayout = createRoute({
  method: 'post',
  path: '/v1/payouts',
  operationId: 'requestPayout',
  tags: TAGS,
  summary: 'Request a payout of what is payable',
  security: bearer,
  request: {
    headers: idempotencyKey('The same key never pays twice.'),
    body: body(
      z
        .object({
          amount: UnitsDocument.optional().openapi({
            description: 'Absent: all that is payable, as far as the rail can move it.',
          }),
        })
        .strict()
        .openapi('RequestPayout'),
    ),
  },
  responses: {
    201: answer(PayoutDocument, 'The payout: this one, or the one requested before under the key.'),
    ...guarded,
    ...refusals(409, 413, 415, 422),
  },
})

/** One payout. */
export const getPayout = createRoute({
  method: 'get',
  path: '/v1/payouts/{id}',
  operationId: 'getPayout',
  tags: TAGS,
  summary: 'A payout and where it stands',
  security: bearer,
  request: { params: PayoutPath },
  responses: { 200: answer(PayoutDocument, 'The payout.'), ...guarded, ...refusals(404) },
})

/** A second member's approval. */
export const approvePayout = createRoute({
  method: 'post',
  path: '/v1/payouts/{id}/approve',
  operationId: 'approvePayout',
  tags: TAGS,
  summary: 'Approve a payout that another member requested',
  security: bearer,
  request: { params: PayoutPath },
  responses: { 200: answer(PayoutDocument, 'The payout.'), ...guarded, ...refusals(404, 409) },
})

/** Gives up a payout that was not sent. */
export const cancelPayout = createRoute({
  method: 'post',
  path: '/v1/payouts/{id}/cancel',
  operationId: 'cancelPayout',
  tags: TAGS,
  summary: 'Give up a payout that was not sent yet',
  security: bearer,
  request: { params: PayoutPath },
  responses: { 200: answer(PayoutDocument, 'The payout.'), ...guarded, ...refusals(404, 409) },
})

/** The operator's word for a payout that is carried out by hand. */
export const reportPayout = createRoute({
  method: 'post',
  path: '/v1/payouts/{id}/report',
  operationId: 'reportPayout',
  tags: TAGS,
  summary: 'Say what became of a payout that is carried out by hand (operators)',
  security: bearer,
  request: {
    params: PayoutPath,
    body: body(
      z
        .discriminatedUnion('kind', [
          z
            .object({ kind: z.literal('paid'), reference: z.string().trim().min(1).max(140) })
            .strict(),
          z
            .object({
              kind: z.enum(['failed', 'returned']),
              reason: z.string().trim().min(1).max(500),
            })
            .strict(),
        ])
        .openapi('PayoutReport'),
    ),
  },
  responses: {
    200: answer(PayoutDocument, 'The payout.'),
    ...guarded,
    ...refusals(404, 409, 413, 415),
  },
})

/** Where to pay, for whoever carries a payout out. */
export const getPayoutDestination = createRoute({
  method: 'get',
  path: '/v1/payouts/{id}/destination',
  operationId: 'getPayoutDestination',
  tags: TAGS,
  summary: 'The account that a payout goes to (operators); reading it is audited',
  security: bearer,
  request: { params: PayoutPath },
  responses: { 200: answer(DestinationText, 'The account.'), ...guarded, ...refusals(404) },
})

/** Where the amount of a payout comes from. */
export const PayoutStatementDocument = z
  .object({
    payoutId: z.string(),
    organizationId: z.string(),
    number: z.int().min(1).openapi({ description: '1, 2, 3, … of one publisher.' }),
    amount: AmountDocument,
    lines: z
      .array(
        z.object({
          kind: z.enum([
            'carried_in',
            'earnings',
            'streams',
            'fees',
            'adjustments',
            'paid_back',
            'carried_out',
          ]),
          serverId: z.string().nullable(),
          month: z.string().nullable().openapi({ example: '2026-11' }),
          amount: z.object({
            amount: z.string().openapi({
              description: 'Atomic units; below zero where it makes the payout smaller.',
              example: '-1000000000000000',
            }),
            asset: z.string(),
          }),
        }),
      )
      .openapi({ description: 'Together they are the amount, to the unit.' }),
    drawnAt: z.iso.datetime(),
  })
  .openapi('PayoutStatement')

/** The statement of a payout. */
export const getPayoutStatement = createRoute({
  method: 'get',
  path: '/v1/payouts/{id}/statement',
  operationId: 'getPayoutStatement',
  tags: TAGS,
  summary: 'Where the amount of a payout comes from, line by line',
  security: bearer,
  request: { params: PayoutPath },
  responses: {
    200: answer(PayoutStatementDocument, 'The statement, which never changes.'),
    ...guarded,
    ...refusals(404, 409),
  },
})

/** The same as a table. */
export const getPayoutStatementFile = createRoute({
  method: 'get',
  path: '/v1/payouts/{id}/statement/file',
  operationId: 'getPayoutStatementFile',
  tags: TAGS,
  summary: 'The statement of a payout as CSV, in US dollars',
  security: bearer,
  request: { params: PayoutPath },
  responses: {
    200: {
      description: 'The table (RFC 4180).',
      content: { 'text/csv': { schema: z.string().openapi({ format: 'binary' }) } },
    },
    ...guarded,
    ...refusals(404, 409),
  },
})
