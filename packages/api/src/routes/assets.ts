import { createRoute, z } from '@hono/zod-openapi'
import { answer, body, guarded, refusals } from './answer.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['ledger']

const AssetId = z.string().min(1).max(286).openapi({
  description: 'Its code for a well-known one, CAIP-19 for a registered token.',
  example: 'eip155:8453/erc20:0x833589fcd6edb6e08f4c7c32d4f71b54bda02913',
})
const AssetCode = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$/)
  .openapi({ example: 'USDC', description: 'What people read.' })
const Scale = z
  .int()
  .min(0)
  .max(24)
  .openapi({ example: 6, description: 'Decimal places of the smallest unit.' })

/** An asset that the books are kept in. */
export const AssetDocument = z
  .object({
    id: AssetId,
    code: AssetCode,
    scale: Scale,
    listed: z.boolean().openapi({ description: 'Whether new transfers are made in it.' }),
    registeredAt: z.iso.datetime(),
    delistedAt: z.iso.datetime().nullable(),
  })
  .openapi('Asset')

/** Assets by id. */
export const listAssets = createRoute({
  method: 'get',
  path: '/v1/assets',
  operationId: 'listAssets',
  tags: TAGS,
  summary: 'Assets that the books are kept in',
  security: bearer,
  request: { query: PageQuery },
  responses: {
    200: answer(pageOf(AssetDocument).openapi('AssetPage'), 'A page of assets.'),
    ...guarded,
  },
})

/** Registers a token; its id, code and scale never change. */
export const registerAsset = createRoute({
  method: 'post',
  path: '/v1/assets',
  operationId: 'registerAsset',
  tags: TAGS,
  summary: 'Register a token (operators only)',
  security: bearer,
  request: {
    body: body(
      z.object({ id: AssetId, code: AssetCode, scale: Scale }).strict().openapi('RegisterAsset'),
    ),
  },
  responses: {
    201: answer(AssetDocument, 'The asset.'),
    ...guarded,
    ...refusals(409, 413, 415, 422),
  },
})

/** Ends new transfers in an asset that nobody holds, or begins them again. */
export const setAssetListing = createRoute({
  method: 'put',
  path: '/v1/assets/{code}/listing',
  operationId: 'setAssetListing',
  tags: TAGS,
  summary: 'Delist an asset, or list it again (operators only)',
  security: bearer,
  request: {
    params: z.object({ code: AssetCode }),
    body: body(z.object({ listed: z.boolean() }).strict().openapi('SetAssetListing')),
  },
  responses: {
    200: answer(AssetDocument, 'The asset as it is now.'),
    ...guarded,
    ...refusals(404, 409, 413, 415),
  },
})
