import { createRoute, z } from '@hono/zod-openapi'
import { AmountDocument, UnitsDocument } from '../money.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { PageQuery, pageOf } from './page.ts'
import { ReasonText } from './refunds.ts'
import { bearer } from './security.ts'

const TAGS = ['payments']

/** What a payer contests. */
export const DisputeDocument = z
  .object({
    id: z.string(),
    eventId: z.string(),
    payerId: z.string(),
    publisherId: z.string(),
    serverId: z.string(),
    tool: z.string(),
    amount: AmountDocument.openapi({ description: 'What the payer wants back.' }),
    held: AmountDocument.openapi({
      description: 'What of the publisher’s part is kept back while the dispute is open.',
    }),
    reason: z.string(),
    state: z.enum(['open', 'accepted', 'rejected', 'withdrawn']),
    answer: z.string().nullable(),
    refundId: z.string().nullable(),
    openedAt: z.iso.datetime(),
    closedAt: z.iso.datetime().nullable(),
  })
  .openapi('Dispute')

const IdPath = z.object({ id: z.string().min(1).max(40) })

/** Opens a dispute of a call. */
export const openDispute = createRoute({
  method: 'post',
  path: '/v1/usage/{id}/disputes',
  operationId: 'openDispute',
  tags: TAGS,
  summary: 'Contest what a call was charged',
  description:
    'For the payer of the call, within 60 days. One at a time for each call: a repeat is refused and names the first.',
  security: bearer,
  request: {
    params: IdPath,
    body: body(
      z
        .object({
          amount: UnitsDocument.optional().openapi({
            description: 'Absent: all that is left of what the call was charged.',
          }),
          reason: ReasonText,
        })
        .strict()
        .openapi('OpenDispute'),
    ),
  },
  responses: {
    201: answer(DisputeDocument, 'The dispute.'),
    ...guarded,
    ...refusals(404, 409, 413, 415, 422),
  },
})

/** Disputes, newest first. */
export const listDisputes = createRoute({
  method: 'get',
  path: '/v1/disputes',
  operationId: 'listDisputes',
  tags: TAGS,
  summary: 'Disputes of calls that I paid for or sold, newest first',
  security: bearer,
  request: {
    query: PageQuery.extend({
      state: z.enum(['open', 'accepted', 'rejected', 'withdrawn']).optional(),
      organizationId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Another organization: operators only.' }),
    }),
  },
  responses: {
    200: answer(pageOf(DisputeDocument).openapi('DisputePage'), 'A page of disputes.'),
    ...guarded,
    ...refusals(404),
  },
})

/** One dispute. */
export const getDispute = createRoute({
  method: 'get',
  path: '/v1/disputes/{id}',
  operationId: 'getDispute',
  tags: TAGS,
  summary: 'A dispute',
  security: bearer,
  request: { params: IdPath },
  responses: { 200: answer(DisputeDocument, 'The dispute.'), ...guarded, ...refusals(404) },
})

/** Closes a dispute. */
export const closeDispute = createRoute({
  method: 'post',
  path: '/v1/disputes/{id}/close',
  operationId: 'closeDispute',
  tags: TAGS,
  summary: 'Accept, reject or withdraw a dispute',
  description:
    'The publisher of the call or an operator accepts it, which gives the refund; an operator rejects it; the payer withdraws it. A dispute is closed once.',
  security: bearer,
  request: {
    params: IdPath,
    body: body(
      z
        .object({
          outcome: z.enum(['accepted', 'rejected', 'withdrawn']),
          answer: ReasonText.optional(),
        })
        .strict()
        .openapi('CloseDispute'),
    ),
  },
  responses: {
    200: answer(DisputeDocument, 'The dispute, closed.'),
    ...guarded,
    ...refusals(404, 409, 413, 415),
  },
})
