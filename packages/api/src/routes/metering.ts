import { createRoute, z } from '@hono/zod-openapi'
import { CALL_OUTCOMES, TokenUnits, UNITS_FROM } from '../journal-record.ts'
import { AmountDocument, UnitsDocument } from '../money.ts'
import { TokenizerName } from '../metered-price.ts'
import { PriceComponents } from '../price-form.ts'
import { answer, body, guarded, orNull, refusals } from './answer.ts'
import { ServerPath } from './hub.ts'
import { Applied } from './mutation.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['metering']

/** The longest name of a tool that can have a price. */
const TOOL_CHARS_MAX = 256

/** Only of this tool. */
export const ToolFilter = z.string().min(1).max(TOOL_CHARS_MAX).optional()
/** Only calls that ended in this way. */
export const OutcomeFilter = z.enum(CALL_OUTCOMES).optional()
/** Only of this server: its id or its alias. */
export const ServerFilter = z.string().max(64).optional()

/** An immutable price version of one tool, or of every tool without one. */
export const PriceDocument = z
  .object({
    id: z.string(),
    serverId: z.string(),
    tool: z.string().openapi({ description: '`*`: every tool without a price of its own.' }),
    version: z
      .int()
      .min(1)
      .openapi({ description: 'Grows with every version that the tool can be priced by.' }),
    price: AmountDocument.openapi({ description: 'Per call.' }),
    metered: z
      .object({
        components: PriceComponents,
        maximum: AmountDocument.openapi({ description: 'The most that one call may cost.' }),
        tokenizer: TokenizerName.nullable(),
        leastBid: orNull(AmountDocument).openapi({
          description: 'Callers that would pay at most less are refused before the call.',
        }),
      })
      .nullable()
      .openapi({ description: 'What is metered besides; null where a call costs its price.' }),
    feeBps: z.int().openapi({ description: 'The platform’s part of it, in basis points.' }),
    publishedAt: z.iso.datetime(),
    startsAt: z.iso.datetime(),
  })
  .openapi('Price')

/** A price that a publisher wants. */
export const SetPriceBody = z
  .object({
    price: UnitsDocument.optional().openapi({
      description: 'Per call. May be absent where the price is metered.',
    }),
    metered: z
      .object({
        components: PriceComponents,
        maximum: UnitsDocument.openapi({
          description:
            'The most that one call may cost: it is reserved before the call and never exceeded.',
        }),
        tokenizer: TokenizerName.optional(),
        leastBid: UnitsDocument.optional().openapi({
          description:
            'Callers that would pay at most less are refused before the call; absent: any bid above nothing is taken.',
        }),
      })
      .strict()
      .optional()
      .openapi({
        description:
          'What is metered besides. A window is a calendar month (UTC) of one payer and one price version.',
      }),
    startsAt: z.iso.datetime().optional().openapi({
      description:
        'As early as allowed when absent. A rise starts no earlier than every gateway is sure to know it; at a server that everyone may use, no earlier than the notice of the platform (14 days unless set otherwise).',
    }),
  })
  .strict()
  .refine(({ price, metered }) => price !== undefined || metered !== undefined, {
    message: 'a price, or what is metered',
  })
  .openapi('SetPrice')

/** Publishes a price version; connected gateways have it before this answers. Zero makes the tool free. */
export const setToolPrice = createRoute({
  method: 'put',
  path: '/v1/servers/{id}/tools/{tool}/price',
  operationId: 'setToolPrice',
  tags: TAGS,
  summary: 'Set the price of a tool, or with `*` of every tool without one',
  security: bearer,
  request: {
    params: ServerPath.extend({ tool: z.string().min(1).max(TOOL_CHARS_MAX) }),
    body: body(SetPriceBody),
  },
  responses: {
    200: answer(Applied.extend({ price: PriceDocument }).openapi('ChangedPrice'), 'The version.'),
    ...guarded,
    ...refusals(404, 413, 415, 422),
  },
})

/** Price versions of a server's tools. */
export const listPrices = createRoute({
  method: 'get',
  path: '/v1/servers/{id}/prices',
  operationId: 'listPrices',
  tags: TAGS,
  summary: 'Price versions of a server’s tools, newest first',
  description:
    'With `current=true`: per tool the version that is in force now and the next one that has been announced; a tool with neither is free.',
  security: bearer,
  request: {
    params: ServerPath,
    query: PageQuery.extend({
      tool: ToolFilter,
      current: z
        .stringbool({ truthy: ['true'], falsy: ['false'], case: 'sensitive' })
        .default(false)
        .openapi({
          type: 'boolean',
          description: 'Only what is in force now, and the announced next version, of each tool.',
        }),
    }),
  },
  responses: {
    200: answer(pageOf(PriceDocument).openapi('PricePage'), 'A page of price versions.'),
    ...guarded,
    ...refusals(404),
  },
})

const MonthText = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
  .openapi({ example: '2026-10', description: 'A month, by UTC.' })

/** What the charged calls of one tool came to in one month. */
export const UsageSumDocument = z
  .object({
    month: MonthText.openapi({ description: 'Of the calls, by UTC; never of their posting.' }),
    serverId: z.string(),
    tool: z.string(),
    calls: z.string().openapi({ description: 'How many were charged, as a decimal.' }),
    amount: AmountDocument.openapi({ description: 'What was posted for them, exact.' }),
  })
  .openapi('UsageSum')

/** What charged calls came to, by month, server and tool: a few rows, however many calls. */
export const sumUsage = createRoute({
  method: 'get',
  path: '/v1/usage-sums',
  operationId: 'sumUsage',
  tags: TAGS,
  summary: 'What charged calls came to, by month, server and tool; newest month first',
  description:
    'Kept up in the transaction that posts the calls, so it is what the ledger moved, to the last unit. Free calls are not in it.',
  security: bearer,
  request: {
    query: PageQuery.extend({
      side: z.enum(['payer', 'publisher']).default('payer').openapi({
        description: 'payer: calls that I paid for; publisher: calls of my servers.',
      }),
      serverId: ServerFilter,
      tool: ToolFilter,
      from: MonthText.optional().openapi({ description: 'The first month.' }),
      to: MonthText.optional().openapi({ description: 'The last month, included.' }),
      organizationId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Another organization: operators only.' }),
    }),
  },
  responses: {
    200: answer(pageOf(UsageSumDocument).openapi('UsageSumPage'), 'A page of sums.'),
    ...guarded,
    ...refusals(404),
  },
})

/** One call as it was journalled, and what became of its amount. */
export const UsageEventDocument = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    payerId: z.string(),
    publisherId: z.string(),
    keyId: z.string(),
    memberId: z.string().nullable(),
    serverId: z.string(),
    method: z.string(),
    tool: z.string(),
    outcome: z.enum(CALL_OUTCOMES),
    amount: AmountDocument.openapi({ description: 'What the payer paid.' }),
    reserved: AmountDocument.openapi({ description: 'The most that it could have cost.' }),
    units: TokenUnits.nullable().openapi({
      description: 'Tokens that it was charged by; null where its price counts none.',
    }),
    unitsFrom: z.enum(UNITS_FROM).nullable().openapi({
      description:
        'Who counted the tokens. missing: nobody could, so nothing was charged and a case was opened.',
    }),
    disposition: z.enum(['free', 'posted', 'duplicate_purchase', 'suspense']).openapi({
      description:
        'duplicate_purchase: another attempt of a purchase that has posted. suspense: set aside with a case, never charged.',
    }),
    priceId: z.string().nullable(),
    feeBps: z.int(),
    purchaseId: z.string().nullable(),
    mandateId: z
      .string()
      .nullable()
      .openapi({ description: 'The mandate that it was bought under.' }),
    attempt: z.int(),
    leaseId: z.string().nullable(),
    transferId: z
      .string()
      .nullable()
      .openapi({ description: 'The ledger transfer it is part of.' }),
    incarnationId: z.string(),
    seq: z.int().openapi({ description: 'Its place in that gateway process’s journal.' }),
    durationMs: z.number(),
    requestBytes: z.int(),
    resultBytes: z.int(),
  })
  .openapi('UsageEvent')

/** Calls that the organization paid for, or that it was paid for. */
export const listUsage = createRoute({
  method: 'get',
  path: '/v1/usage',
  operationId: 'listUsage',
  tags: TAGS,
  summary: 'Calls, newest first',
  security: bearer,
  request: {
    query: PageQuery.extend({
      side: z.enum(['payer', 'publisher', 'any']).default('payer').openapi({
        description: 'payer: calls that I paid for; publisher: calls of my servers; any: both.',
      }),
      serverId: ServerFilter,
      tool: ToolFilter,
      outcome: OutcomeFilter,
      from: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Calls at this moment or later.' }),
      to: z.iso
        .datetime({ offset: true })
        .optional()
        .openapi({ description: 'Calls before this moment.' }),
      organizationId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Another organization: operators only.' }),
    }),
  },
  responses: {
    200: answer(pageOf(UsageEventDocument).openapi('UsageEventPage'), 'A page of calls.'),
    ...guarded,
    ...refusals(404),
  },
})

/** One call. */
export const getUsageEvent = createRoute({
  method: 'get',
  path: '/v1/usage/{id}',
  operationId: 'getUsageEvent',
  tags: TAGS,
  summary: 'One call',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: { 200: answer(UsageEventDocument, 'The call.'), ...guarded, ...refusals(404) },
})
