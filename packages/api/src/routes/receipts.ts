import { createRoute, z } from '@hono/zod-openapi'
import { CALL_OUTCOMES } from '../journal-record.ts'
import { AmountText } from '../amount.ts'
import { answer, guarded, refusals } from './answer.ts'
import { PageQuery, pageOf } from './page.ts'
import { bearer, open } from './security.ts'

const TAGS = ['payments']

/** Where the public halves of the signing keys are: a JWK Set (RFC 7517 §5, RFC 8037). */
export const RECEIPT_KEYS_PATH = '/.well-known/mcp-orchestra/receipt-keys.json'
/** What a receipt says that it is; signed with it, so that no other signed document can stand in for one. */
export const RECEIPT_TYPE = 'io.mcp-orchestra/receipt/v1'

/** SHA-256 in hex. */
const Digest = z.string().regex(/^[0-9a-f]{64}$/)
/** 32 or 64 bytes in base64url, and 43 or 86 characters. */
const Base64Url = z.string().regex(/^[A-Za-z0-9_-]{43,86}$/)

/** An Ed25519 signature over the canonical form (RFC 8785) of what it stands beside. */
export const SignatureDocument = z
  .object({
    alg: z.literal('EdDSA'),
    kid: z.string().openapi({ description: 'Which key: its RFC 7638 thumbprint.' }),
    value: Base64Url.openapi({ description: 'RFC 8032, base64url.' }),
  })
  .strict()
  .openapi('Signature')

const ReceiptBody = z
  .object({
    type: z.literal(RECEIPT_TYPE),
    issuer: z.string().openapi({ description: 'The platform, as it is reached.' }),
    eventId: z.string(),
    at: z.iso.datetime().openapi({ description: 'When the gateway recorded the call.' }),
    payerId: z.string(),
    publisherId: z.string(),
    serverId: z.string(),
    method: z.string(),
    tool: z.string(),
    toolHash: Digest.nullable().openapi({
      description:
        'SHA-256 of the tool’s definition as its server last listed it; null when no list had shown it.',
    }),
    outcome: z.enum(CALL_OUTCOMES),
    disposition: z.enum(['free', 'posted', 'duplicate_purchase', 'suspense']),
    purchaseId: z.string().nullable(),
    mandateId: z.string().optional().openapi({
      description: 'The mandate that it was bought under; absent when there was none.',
    }),
    priceId: z.string().nullable(),
    priceVersion: z.int().min(1).nullable(),
    units: z.object({ request: AmountText }).strict(),
    amount: AmountText.describe('What the payer paid, in atomic units.'),
    asset: z.string(),
    split: z
      .array(
        z
          .object({
            role: z.enum(['publisher', 'platform', 'affiliate', 'template_author', 'co_publisher']),
            organizationId: z.string().nullable(),
            amount: AmountText,
          })
          .strict(),
      )
      .openapi({ description: 'Who got it. The parts sum to the amount; none when it was free.' }),
    transferId: z.string().nullable(),
    journal: z
      .object({
        incarnationId: z.string(),
        seq: z.int().min(1),
        recordHash: Digest.openapi({ description: 'SHA-256 of the journal record’s bytes.' }),
      })
      .strict(),
    batch: z
      .object({
        firstSeq: z.int().min(1),
        lastSeq: z.int().min(1),
        merkleRoot: Digest.openapi({ description: 'RFC 9162 §2.1.1 over the record hashes.' }),
        path: z.array(Digest).openapi({ description: 'RFC 9162 §2.1.3, from the leaf upwards.' }),
        appliedAt: z.iso.datetime(),
      })
      .strict(),
  })
  .strict()
  .openapi('ReceiptBody')

/** A call as the platform vouches for it: whoever has the public keys can check it without the platform. */
export const ReceiptDocument = z
  .object({ receipt: ReceiptBody, signature: SignatureDocument })
  .strict()
  .openapi('SignedReceipt')

/** The receipt of one call. */
export const getReceipt = createRoute({
  method: 'get',
  path: '/v1/usage/{id}/receipt',
  operationId: 'getReceipt',
  tags: TAGS,
  summary: 'The signed receipt of one call',
  description:
    'For the payer and the publisher. Its bytes are the canonical form of RFC 8785. The same call always has the same receipt, but for the key.',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: {
    200: answer(ReceiptDocument, 'The receipt.'),
    ...guarded,
    ...refusals(404, 409),
  },
})

/** The receipts of many calls. */
export const listReceipts = createRoute({
  method: 'get',
  path: '/v1/receipts',
  operationId: 'listReceipts',
  tags: TAGS,
  summary: 'Signed receipts of calls, newest first',
  security: bearer,
  request: {
    query: PageQuery.extend({
      side: z.enum(['payer', 'publisher', 'any']).default('payer').openapi({
        description: 'payer: calls that I paid for; publisher: calls of my servers; any: both.',
      }),
      serverId: z
        .string()
        .regex(/^srv_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
        .optional(),
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
      organizationId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Another organization: operators only.' }),
    }),
  },
  responses: {
    200: answer(pageOf(ReceiptDocument).openapi('ReceiptPage'), 'A page of receipts.'),
    ...guarded,
    ...refusals(404, 409),
  },
})

/** A public key (RFC 8037 §2). */
const Jwk = z
  .object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: Base64Url,
    kid: z.string(),
    use: z.literal('sig'),
    alg: z.literal('EdDSA'),
  })
  .openapi('ReceiptKey')

/** The public keys, those of the past included: a receipt outlives the key that signed it. */
export const getReceiptKeys = createRoute({
  method: 'get',
  path: RECEIPT_KEYS_PATH,
  operationId: 'getReceiptKeys',
  tags: TAGS,
  summary: 'The public keys that receipts and quotes are verified with',
  security: open,
  responses: {
    200: answer(z.object({ keys: z.array(Jwk) }).openapi('ReceiptKeys'), 'A JWK Set.'),
    ...refusals(429, 500, 503),
  },
})

/** A signing key as operators see it; its private half is never shown. */
export const SigningKeyDocument = z
  .object({
    kid: z.string(),
    state: z.enum(['next', 'signing', 'retired', 'revoked']),
    createdAt: z.iso.datetime(),
    signsFrom: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .openapi('SigningKey')

/** Every signing key there ever was. */
export const listSigningKeys = createRoute({
  method: 'get',
  path: '/v1/signing-keys',
  operationId: 'listSigningKeys',
  tags: TAGS,
  summary: 'Signing keys and their states (operators only)',
  security: bearer,
  responses: {
    200: answer(
      z.object({ items: z.array(SigningKeyDocument) }).openapi('SigningKeys'),
      'The keys, newest first.',
    ),
    ...guarded,
  },
})

/** Makes the next key: published now, signing once everybody can have fetched it. */
export const rotateSigningKey = createRoute({
  method: 'post',
  path: '/v1/signing-keys',
  operationId: 'rotateSigningKey',
  tags: TAGS,
  summary: 'Rotate the signing key (operators only)',
  description: 'A key that waits for its turn already is answered instead of another one.',
  security: bearer,
  responses: { 201: answer(SigningKeyDocument, 'The next key.'), ...guarded },
})

/** Takes a key out of the published set: nothing that it signed verifies any more. */
export const revokeSigningKey = createRoute({
  method: 'post',
  path: '/v1/signing-keys/{kid}/revoke',
  operationId: 'revokeSigningKey',
  tags: TAGS,
  summary: 'Revoke a signing key that got into wrong hands (operators only)',
  description: 'Receipts are signed anew whenever they are asked for: fetch them again.',
  security: bearer,
  request: { params: z.object({ kid: Base64Url }) },
  responses: { 200: answer(SigningKeyDocument, 'The key.'), ...guarded, ...refusals(404) },
})
