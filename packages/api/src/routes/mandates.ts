import { createRoute, z } from '@hono/zod-openapi'
import { AmountDocument, UnitsDocument } from '../money.ts'
import { answer, body, guarded, orNull, refusals } from './answer.ts'
import { GRANT_RULES_MAX, GrantRuleDocument, NAME_CHARS_MAX } from './identity.ts'
import { Applied } from './mutation.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['payments']

/** The longest that a mandate lasts, in seconds: a year, as a key. */
const LIFE_SECONDS_MAX = 366 * 86_400

const Principal = z.object({ kind: z.enum(['key', 'agent']), id: z.string().max(40) })

/** What a key, or the keys of an agent, may buy, for how much, and until when. It never changes, but it ends. */
export const MandateDocument = z
  .object({
    id: z.string().openapi({ example: 'mdt_01kp0000000000000000000000' }),
    organizationId: z.string(),
    name: z.string(),
    principal: Principal,
    allow: z.array(GrantRuleDocument),
    limit: AmountDocument.openapi({ description: 'The most that all its purchases may cost.' }),
    perCall: orNull(AmountDocument).openapi({
      description: 'The most that one call may cost; null: the limit.',
    }),
    used: AmountDocument.openapi({
      description: 'Spent under it, or leased to gateways to be spent under it.',
    }),
    status: z.enum(['active', 'expired', 'revoked']),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .openapi('Mandate')

const ChangedMandate = Applied.extend({ mandate: MandateDocument }).openapi('ChangedMandate')
const MandatePath = z.object({ id: z.string().min(1).max(40) })

/** Mandates of the organization, newest first. */
export const listMandates = createRoute({
  method: 'get',
  path: '/v1/mandates',
  operationId: 'listMandates',
  tags: TAGS,
  summary: 'What agents and keys are mandated to buy',
  security: bearer,
  request: {
    query: PageQuery.extend({
      principalId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Only those of this key or agent.' }),
    }),
  },
  responses: {
    200: answer(pageOf(MandateDocument).openapi('MandatePage'), 'A page of mandates.'),
    ...guarded,
  },
})

/** One mandate. */
export const getMandate = createRoute({
  method: 'get',
  path: '/v1/mandates/{id}',
  operationId: 'getMandate',
  tags: TAGS,
  summary: 'One mandate, and what is spent under it',
  security: bearer,
  request: { params: MandatePath },
  responses: { 200: answer(MandateDocument, 'The mandate.'), ...guarded, ...refusals(404) },
})

/** Gives a mandate. From then on its principal buys within its mandates or not at all. */
export const giveMandate = createRoute({
  method: 'post',
  path: '/v1/mandates',
  operationId: 'giveMandate',
  tags: TAGS,
  summary: 'Give a key or an agent a mandate to buy',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          name: z.string().trim().min(1).max(NAME_CHARS_MAX),
          principal: Principal.strict(),
          allow: z
            .array(GrantRuleDocument)
            .min(1)
            .max(GRANT_RULES_MAX)
            .default([{ serverId: '*' }])
            .openapi({ description: 'The servers and tools that it is for; all, when absent.' }),
          limit: UnitsDocument,
          perCall: UnitsDocument.optional(),
          expiresInSeconds: z.int().min(60).max(LIFE_SECONDS_MAX),
        })
        .strict()
        .openapi('GiveMandate'),
    ),
  },
  responses: {
    201: answer(ChangedMandate, 'The mandate.'),
    ...guarded,
    ...refusals(409, 413, 415, 422),
  },
})

/** Revokes a mandate: what is being bought under it ends, and nothing more is. */
export const revokeMandate = createRoute({
  method: 'post',
  path: '/v1/mandates/{id}/revoke',
  operationId: 'revokeMandate',
  tags: TAGS,
  summary: 'Revoke a mandate at once',
  security: bearer,
  request: { params: MandatePath },
  responses: {
    200: answer(ChangedMandate, 'The mandate, which is over now.'),
    ...guarded,
    ...refusals(404, 409),
  },
})
