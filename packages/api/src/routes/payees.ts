import { createRoute, z } from '@hono/zod-openapi'
import { AmountDocument, UnitsDocument } from '../money.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['payouts']

const Holder = z.string().trim().min(1).max(140).openapi({ description: 'Whose account it is.' })

/** Where a publisher is paid: its own balance, or a bank account. */
export const DestinationText = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('balance') }).strict(),
    z
      .object({
        kind: z.literal('iban'),
        holder: Holder,
        iban: z.string().min(15).max(34).openapi({ example: 'DE89370400440532013000' }),
      })
      .strict(),
    z
      .object({
        kind: z.literal('us_account'),
        holder: Holder,
        routingNumber: z.string().length(9),
        accountNumber: z.string().regex(/^\d{4,17}$/),
      })
      .strict(),
  ])
  .openapi('PayoutDestination')

const Schedule = z.enum(['none', 'daily', 'weekly', 'monthly']).openapi({
  description: 'How often all that is payable is paid without asking, in UTC.',
})

/** Where and how a publisher is paid. Account numbers are never shown: `hint` is what is recognized. */
export const PayeeDocument = z
  .object({
    organizationId: z.string(),
    rail: z.string().openapi({ example: 'bank' }),
    version: z
      .int()
      .min(1)
      .openapi({ description: 'Of the destination; each change is one more.' }),
    hint: z.string().openapi({ example: 'IBAN DE …3000' }),
    schedule: Schedule,
    minimum: AmountDocument.openapi({ description: 'Payouts by schedule wait for this much.' }),
    approvedAt: z.iso.datetime().nullable().openapi({
      description:
        'When the operator approved this destination; null: not yet, and nothing is paid.',
    }),
    hold: z.string().nullable().openapi({ description: 'Why nothing is paid now.' }),
    savedAt: z.iso.datetime(),
  })
  .openapi('Payee')

const PayeePath = z.object({
  id: z.string().min(1).max(40).openapi({ description: 'The organization.' }),
})

/** The organization's own payee. */
export const getPayee = createRoute({
  method: 'get',
  path: '/v1/payee',
  operationId: 'getPayee',
  tags: TAGS,
  summary: 'Where the organization’s earnings are paid',
  security: bearer,
  responses: { 200: answer(PayeeDocument, 'The payee.'), ...guarded, ...refusals(404) },
})

/** Says where and how the organization is paid. */
export const savePayee = createRoute({
  method: 'put',
  path: '/v1/payee',
  operationId: 'savePayee',
  tags: TAGS,
  summary: 'Say where and how often the organization’s earnings are paid',
  description:
    'A new destination waits for the operator’s approval. Payouts that were requested before go where they were requested to.',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          rail: z.string().min(1).max(32).openapi({ example: 'bank' }),
          destination: DestinationText.optional().openapi({
            description: 'Absent: the one that is there stays.',
          }),
          schedule: Schedule.default('none'),
          minimum: UnitsDocument.optional(),
        })
        .strict()
        .openapi('SavePayee'),
    ),
  },
  responses: { 200: answer(PayeeDocument, 'The payee.'), ...guarded, ...refusals(413, 415, 422) },
})

/** All payees, for the operator. */
export const listPayees = createRoute({
  method: 'get',
  path: '/v1/payees',
  operationId: 'listPayees',
  tags: TAGS,
  summary: 'Where publishers are paid (operators)',
  security: bearer,
  request: { query: PageQuery },
  responses: {
    200: answer(pageOf(PayeeDocument).openapi('PayeePage'), 'A page of payees.'),
    ...guarded,
  },
})

/** The operator's word that a destination was looked at. */
export const approvePayee = createRoute({
  method: 'post',
  path: '/v1/payees/{id}/approve',
  operationId: 'approvePayee',
  tags: TAGS,
  summary: 'Approve a publisher’s destination (operators)',
  security: bearer,
  request: {
    params: PayeePath,
    body: body(
      z
        .object({
          version: z.int().min(1).openapi({ description: 'The version that was looked at.' }),
        })
        .strict()
        .openapi('ApprovePayee'),
    ),
  },
  responses: {
    200: answer(PayeeDocument, 'The payee.'),
    ...guarded,
    ...refusals(404, 409, 413, 415),
  },
})

/** Stops payouts to a publisher, or lifts the stop. */
export const holdPayee = createRoute({
  method: 'put',
  path: '/v1/payees/{id}/hold',
  operationId: 'holdPayee',
  tags: TAGS,
  summary: 'Stop payouts to a publisher, or lift the stop (operators)',
  security: bearer,
  request: {
    params: PayeePath,
    body: body(
      z
        .object({ reason: z.string().trim().min(1).max(500).nullable() })
        .strict()
        .openapi('HoldPayee'),
    ),
  },
  responses: {
    200: answer(PayeeDocument, 'The payee.'),
    ...guarded,
    ...refusals(404, 413, 415),
  },
})
