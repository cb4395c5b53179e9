import { createRoute, z } from '@hono/zod-openapi'
import { METERS } from '@mcp-orchestra/kernel'
import { AmountText } from '../amount.ts'
import { CAP_SCOPES, CAP_WINDOWS } from '../cap-scope.ts'
import { CALL_OUTCOMES } from '../journal-record.ts'
import { AmountDocument } from '../money.ts'
import { answer, guarded, orNull, refusals } from './answer.ts'
import { bearer } from './security.ts'

/** Why a call cost what it did. */
export const DECISION_RULES = [
  'free',
  'charged',
  'charged_as_delivered',
  'released',
  'nobody_counted',
  'purchase_posted_before',
  'set_aside',
] as const
export type DecisionRule = (typeof DECISION_RULES)[number]

/** Everything that decided what one call cost. */
export const DecisionDocument = z
  .object({
    eventId: z.string(),
    at: z.iso.datetime(),
    entitlement: z
      .object({
        payerId: z.string(),
        keyId: z.string(),
        memberId: z.string().nullable(),
        serverId: z.string(),
        method: z.string(),
        tool: z.string(),
        snapshotVersion: z.int().openapi({
          description: 'The state of keys, grants, caps and prices by which the gateway decided.',
        }),
      })
      .openapi({ description: 'Who was let through, at what.' }),
    budget: z
      .object({
        leaseId: z.string().nullable(),
        windows: z.array(
          z.object({
            capId: z.string(),
            scopeKind: z.enum(CAP_SCOPES),
            period: z.enum(CAP_WINDOWS),
            startsAt: z.iso.datetime(),
            endsAt: z.iso.datetime().nullable(),
          }),
        ),
      })
      .nullable()
      .openapi({
        description: 'Where the money came from: for the payer and operators; null for others.',
      }),
    price: z
      .object({ id: z.string(), version: z.int(), tool: z.string(), feeBps: z.int() })
      .nullable()
      .openapi({ description: 'The price version, fixed at the reservation; null: free.' }),
    components: z
      .array(
        z.object({
          meter: z.enum(METERS),
          form: z.string(),
          quantity: AmountText,
          before: AmountText.nullable(),
          amount: AmountDocument,
        }),
      )
      .openapi({
        description:
          'What each meter came to by itself; `before` are units of the same month before it, where they decide the amount.',
      }),
    reserved: AmountDocument,
    claimed: AmountDocument.openapi({ description: 'What the gateway journalled.' }),
    posted: AmountDocument.openapi({ description: 'What the payer paid.' }),
    quote: z
      .object({ source: z.literal('none'), asset: z.string() })
      .openapi({ description: 'Prices and balances are in one asset: nothing is converted.' }),
    tax: z.object({ hook: z.string(), amount: AmountDocument }),
    screening: z.object({ hook: z.string(), result: z.enum(['passed', 'not_screened']) }),
    fee: orNull(AmountDocument).openapi({
      description: 'The platform’s part; null for calls posted before it was kept.',
    }),
    shares: z.array(
      z.object({
        role: z.enum(['publisher', 'platform', 'affiliate', 'template_author', 'co_publisher']),
        organizationId: z.string().nullable(),
        amount: AmountDocument,
      }),
    ),
    outcome: z.enum(CALL_OUTCOMES),
    rule: z.enum(DECISION_RULES),
    disposition: z.enum(['free', 'posted', 'duplicate_purchase', 'suspense']),
    purchaseId: z.string().nullable(),
    transferId: z.string().nullable(),
    replay: z
      .object({
        claimed: AmountDocument,
        posted: AmountDocument,
        fee: orNull(AmountDocument),
        agrees: z.boolean().nullable(),
      })
      .openapi({
        description:
          'The same amounts worked out now from the stored event and price version. `agrees` is null where too little was kept.',
      }),
  })
  .openapi('CallDecision')

/** Why one call cost what it did. */
export const getDecision = createRoute({
  method: 'get',
  path: '/v1/usage/{id}/decision',
  operationId: 'getDecision',
  tags: ['payments'],
  summary: 'The charge decision of one call, explained and worked out again',
  description: 'For the payer and the publisher; the budget is shown to the payer alone.',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: {
    200: answer(DecisionDocument, 'The decision.'),
    ...guarded,
    ...refusals(404),
  },
})
