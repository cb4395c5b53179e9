import { createRoute, z } from '@hono/zod-openapi'
import { AmountText } from '../amount.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { SignatureDocument } from './receipts.ts'
import { bearer } from './security.ts'

const TAGS = ['payments']

/** Seconds in a week: a rate that nobody looked at for longer is nobody's rate. */
const HEARTBEAT_SECONDS_MAX = 604_800
/** The longest address of a source, in characters. */
const URL_CHARS_MAX = 2_048
/** The longest JSON pointer into an answer, in characters. */
const POINTER_CHARS_MAX = 200

/** A whole number of any size, as a decimal. */
const Whole = z.string().regex(/^[1-9]\d{0,199}$/)
const AssetName = z.string().min(1).max(286).regex(/^\S+$/)

/** USD in another asset, at a rate that holds for a minute. */
export const QuoteDocument = z
  .object({
    quote: z
      .object({
        type: z.literal('io.mcp-orchestra/quote/v1'),
        issuer: z.string(),
        id: z.string(),
        organizationId: z.string(),
        usdAtto: AmountText.describe('What is to be paid, in 1e-18 USD.'),
        asset: z.string(),
        amount: AmountText.describe('The same in the asset’s smallest unit.'),
        rate: z
          .object({ numerator: Whole, denominator: Whole })
          .strict()
          .openapi({ description: 'Atto-USD for one smallest unit, exactly.' }),
        rounding: z.literal('up'),
        carriedIn: AmountText.describe(
          'Atto-USD that earlier rounding left to the payer, taken off here.',
        ),
        carriedOut: AmountText.describe(
          'Atto-USD that this rounding leaves to the payer when the quote is used.',
        ),
        source: z.string(),
        updatedAt: z.iso.datetime().openapi({ description: 'When the source had this rate.' }),
        createdAt: z.iso.datetime(),
        expiresAt: z.iso.datetime(),
      })
      .strict()
      .openapi('QuoteBody'),
    signature: SignatureDocument,
  })
  .strict()
  .openapi('Quote')

/** Quotes an amount of USD in another asset. */
export const createQuote = createRoute({
  method: 'post',
  path: '/v1/quotes',
  operationId: 'createQuote',
  tags: TAGS,
  summary: 'Quote an amount of USD in another asset',
  description:
    'Signed, and good for a minute at most, once. When no source gives a rate that is fresh and sound, or sources disagree, or a stablecoin is off its peg, it refuses.',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          usd: z
            .string()
            .regex(/^\d{1,12}(\.\d{1,18})?$/)
            .openapi({ example: '12.5' }),
          asset: AssetName,
        })
        .strict()
        .openapi('CreateQuote'),
    ),
  },
  responses: { 201: answer(QuoteDocument, 'The quote.'), ...guarded, ...refusals(413, 415, 422) },
})

/** A quote that was made for the caller. */
export const getQuote = createRoute({
  method: 'get',
  path: '/v1/quotes/{id}',
  operationId: 'getQuote',
  tags: TAGS,
  summary: 'A quote as it was signed',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: { 200: answer(QuoteDocument, 'The quote.'), ...guarded, ...refusals(404) },
})

const SourcePath = z.object({ name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/) })
const QuotedAssetDocument = z
  .object({
    id: AssetName,
    scale: z.int().min(0).max(38).openapi({ description: 'Decimal places of its smallest unit.' }),
    stablecoin: z.boolean().openapi({ description: 'Meant to be worth one USD.' }),
  })
  .strict()
const HttpRateDocument = z
  .object({
    kind: z.literal('http'),
    url: z
      .url({ protocol: /^https?$/ })
      .max(URL_CHARS_MAX)
      .openapi({
        description: 'Answers JSON. It is shown to every operator: put no secret in it.',
      }),
    pricePointer: z.string().max(POINTER_CHARS_MAX).openapi({
      description: 'RFC 6901: where the price of a whole unit in USD is, a number or a string.',
      example: '/data/price',
    }),
    updatedAtPointer: z.string().max(POINTER_CHARS_MAX).openapi({
      description: 'RFC 6901: when the price was so; RFC 3339 or Unix time.',
      example: '/data/updatedAt',
    }),
  })
  .strict()
const ManualUsd = z
  .string()
  .regex(/^\d{1,18}(\.\d{1,18})?$/)
  .openapi({ description: 'USD for a whole unit.', example: '0.9998' })
const Heartbeat = z.int().min(1).max(HEARTBEAT_SECONDS_MAX).openapi({
  description: 'Older readings of this source are stale.',
})
const Rank = z.int().min(0).max(1_000).openapi({ description: 'Lowest first.' })

/** A source of rates of one asset. */
export const QuoteSourceDocument = z
  .object({
    name: z.string(),
    asset: QuotedAssetDocument,
    rank: Rank,
    heartbeatSeconds: Heartbeat,
    rate: z.discriminatedUnion('kind', [
      HttpRateDocument,
      z.object({
        kind: z.literal('manual'),
        usd: ManualUsd,
        setAt: z.iso.datetime(),
        setBy: z.string(),
      }),
    ]),
    changedAt: z.iso.datetime(),
  })
  .openapi('QuoteSource')

/** Sources of rates. */
export const listQuoteSources = createRoute({
  method: 'get',
  path: '/v1/quote-sources',
  operationId: 'listQuoteSources',
  tags: TAGS,
  summary: 'Where rates come from (operators only)',
  security: bearer,
  responses: {
    200: answer(
      z.object({ items: z.array(QuoteSourceDocument) }).openapi('QuoteSources'),
      'The sources, by asset and rank.',
    ),
    ...guarded,
  },
})

/** Makes or replaces a source; a manual rate is signed and counts from this moment. */
export const putQuoteSource = createRoute({
  method: 'put',
  path: '/v1/quote-sources/{name}',
  operationId: 'putQuoteSource',
  tags: TAGS,
  summary: 'Make or replace a source of rates (operators only)',
  security: bearer,
  request: {
    params: SourcePath,
    body: body(
      z
        .object({
          asset: QuotedAssetDocument,
          rank: Rank,
          heartbeatSeconds: Heartbeat,
          rate: z.discriminatedUnion('kind', [
            HttpRateDocument,
            z.object({ kind: z.literal('manual'), usd: ManualUsd }).strict(),
          ]),
        })
        .strict()
        .openapi('PutQuoteSource'),
    ),
  },
  responses: {
    200: answer(QuoteSourceDocument, 'The source.'),
    ...guarded,
    ...refusals(409, 413, 415, 422),
  },
})

/** Removes a source. */
export const deleteQuoteSource = createRoute({
  method: 'delete',
  path: '/v1/quote-sources/{name}',
  operationId: 'deleteQuoteSource',
  tags: TAGS,
  summary: 'Remove a source of rates (operators only)',
  security: bearer,
  request: { params: SourcePath },
  responses: {
    200: answer(z.object({ name: z.string() }).openapi('RemovedQuoteSource'), 'It is gone.'),
    ...guarded,
    ...refusals(404),
  },
})
