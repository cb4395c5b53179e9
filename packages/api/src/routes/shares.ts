import { createRoute, z } from '@hono/zod-openapi'
import { AmountDocument } from '../money.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { bearer } from './security.ts'

const TAGS = ['payments']

/** Parties of one agreement at most: each is a leg of every posting. */
const PARTIES_MAX = 10
/** All of the net, in basis points. */
const BPS_MAX = 10_000

const SharePartyDocument = z
  .object({
    role: z.enum(['affiliate', 'template_author', 'co_publisher']),
    organizationId: z.string().max(40),
    bps: z
      .int()
      .min(1)
      .max(BPS_MAX)
      .openapi({ description: 'Basis points of what is left after the platform’s fee.' }),
  })
  .strict()
  .openapi('ShareParty')

/** A version of who shares what a server earns. */
export const ShareAgreementDocument = z
  .object({
    id: z.string(),
    serverId: z.string(),
    version: z.int().min(1),
    publisherId: z.string(),
    publishedAt: z.iso.datetime(),
    startsAt: z.iso.datetime(),
    parties: z.array(SharePartyDocument).openapi({
      description:
        'In the order of the waterfall; the publisher gets the rest, and all when there are none.',
    }),
  })
  .openapi('ShareAgreement')

/** Who got what of a server's calls of a month. */
export const DistributionDocument = z
  .object({
    serverId: z.string(),
    month: z.string(),
    gross: AmountDocument.openapi({ description: 'What its calls of the month were charged.' }),
    refunded: AmountDocument.openapi({ description: 'What was given back of it, whenever.' }),
    net: AmountDocument.openapi({ description: 'The difference: fee and parts sum to it.' }),
    fee: AmountDocument,
    parts: z.array(
      z.object({
        role: z.enum(['publisher', 'affiliate', 'template_author', 'co_publisher']),
        organizationId: z.string(),
        amount: AmountDocument,
      }),
    ),
  })
  .openapi('Distribution')

const ServerPath = z.object({ id: z.string().min(1).max(40) })

/** Versions of who shares what a server earns. */
export const listShares = createRoute({
  method: 'get',
  path: '/v1/servers/{id}/shares',
  operationId: 'listShares',
  tags: TAGS,
  summary: 'Who shares what a server earns: all versions, newest first',
  description: 'For the owner of the server, and operators.',
  security: bearer,
  request: { params: ServerPath },
  responses: {
    200: answer(
      z.object({ items: z.array(ShareAgreementDocument) }).openapi('ShareAgreements'),
      'The versions.',
    ),
    ...guarded,
    ...refusals(404),
  },
})

/** Publishes the next version. */
export const publishShares = createRoute({
  method: 'put',
  path: '/v1/servers/{id}/shares',
  operationId: 'publishShares',
  tags: TAGS,
  summary: 'Share what a server earns',
  description:
    'For the owner of the server, and operators. A version never changes, and starts a minute from now at the earliest; calls that were made before keep theirs. No parties: the publisher has it all again.',
  security: bearer,
  request: {
    params: ServerPath,
    body: body(
      z
        .object({
          parties: z.array(SharePartyDocument).max(PARTIES_MAX),
          startsAt: z.iso.datetime({ offset: true }).optional(),
        })
        .strict()
        .openapi('PublishShares'),
    ),
  },
  responses: {
    200: answer(ShareAgreementDocument, 'The version; the last one when it says the same.'),
    ...guarded,
    ...refusals(404, 413, 415, 422),
  },
})

/** Makes earnings payable, and says who got what. */
export const distributeRevenue = createRoute({
  method: 'post',
  path: '/v1/servers/{id}/distributions',
  operationId: 'distributeRevenue',
  tags: TAGS,
  summary: 'Make the earnings of a server payable now, and see who got what of a month',
  description:
    'For the owner of the server, and operators. Earnings become payable by themselves too; asking again moves only what accrued since.',
  security: bearer,
  request: {
    params: ServerPath,
    body: body(
      z
        .object({ month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/) })
        .strict()
        .openapi('DistributeRevenue'),
    ),
  },
  responses: {
    200: answer(DistributionDocument, 'Who got what of the calls of the month.'),
    ...guarded,
    ...refusals(404, 413, 415),
  },
})
