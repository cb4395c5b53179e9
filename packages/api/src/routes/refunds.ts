import { createRoute, z } from '@hono/zod-openapi'
import { AmountDocument, UnitsDocument } from '../money.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { idempotencyKey } from './idempotency-key.ts'
import { PageQuery, pageOf } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['payments']

/** The longest reason: a paragraph. */
const REASON_CHARS_MAX = 500

/** Why somebody does it: other people will read it. */
export const ReasonText = z.string().trim().min(1).max(REASON_CHARS_MAX)

/** What was given back of a call. */
export const RefundDocument = z
  .object({
    id: z.string(),
    eventId: z.string(),
    payerId: z.string(),
    publisherId: z.string(),
    serverId: z.string(),
    tool: z.string(),
    amount: AmountDocument.openapi({ description: 'What the payer got back.' }),
    fee: AmountDocument.openapi({ description: 'What of it the platform gave, of its fees.' }),
    owed: AmountDocument.openapi({
      description: 'What of it those who had earned it did not have any more, and owe since.',
    }),
    reason: z.string(),
    givenBy: z.string(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Refund')

/** Gives money of a call back. */
export const createRefund = createRoute({
  method: 'post',
  path: '/v1/usage/{id}/refunds',
  operationId: 'createRefund',
  tags: TAGS,
  summary: 'Give a call’s money back, all or a part',
  description:
    'For the publisher of the call, and operators. All refunds of a call together are never more than what it was charged.',
  security: bearer,
  request: {
    params: z.object({ id: z.string().min(1).max(40) }),
    headers: idempotencyKey('The same key never gives back twice.'),
    body: body(
      z
        .object({
          amount: UnitsDocument.optional().openapi({
            description: 'Absent: all that is left of what the call was charged.',
          }),
          reason: ReasonText,
        })
        .strict()
        .openapi('CreateRefund'),
    ),
  },
  responses: {
    201: answer(
      RefundDocument,
      'The refund: this one, or the one given before under the same key.',
    ),
    ...guarded,
    ...refusals(404, 409, 413, 415, 422),
  },
})

/** Refunds, newest first. */
export const listRefunds = createRoute({
  method: 'get',
  path: '/v1/refunds',
  operationId: 'listRefunds',
  tags: TAGS,
  summary: 'Refunds of calls, newest first',
  security: bearer,
  request: {
    query: PageQuery.extend({
      side: z.enum(['payer', 'publisher', 'any']).default('any').openapi({
        description: 'payer: of calls that I paid for; publisher: of calls of my servers.',
      }),
      eventId: z
        .string()
        .regex(/^evt_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
        .optional(),
      organizationId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Another organization: operators only.' }),
    }),
  },
  responses: {
    200: answer(pageOf(RefundDocument).openapi('RefundPage'), 'A page of refunds.'),
    ...guarded,
    ...refusals(404),
  },
})

/** One refund. */
export const getRefund = createRoute({
  method: 'get',
  path: '/v1/refunds/{id}',
  operationId: 'getRefund',
  tags: TAGS,
  summary: 'A refund',
  description: 'For the payer and the publisher of the call, and operators.',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: { 200: answer(RefundDocument, 'The refund.'), ...guarded, ...refusals(404) },
})
