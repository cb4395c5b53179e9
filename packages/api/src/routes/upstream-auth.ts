import { z } from '@hono/zod-openapi'

/** Scopes as OAuth writes them: words with spaces between. */
const Scopes = z
  .string()
  .max(2_048)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/)
const Word = z.string().min(1).max(2_048)
const Secret = z.string().min(1).max(8_192)
const Issuer = z.url({ protocol: /^https?$/ }).max(2_048)

/** How tokens for a server are got. Secrets go in and never come out. */
export const UpstreamAuth = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }).strict(),
    z
      .object({
        kind: z.literal('oauth'),
        clientId: Word.optional(),
        clientSecret: Secret.optional(),
        issuer: Issuer.optional(),
        scopes: Scopes.optional(),
      })
      .strict(),
    z
      .object({
        kind: z.literal('client_credentials'),
        clientId: Word,
        clientSecret: Secret.optional(),
        /** PKCS #8, PEM. */
        privateKey: Secret.optional(),
        algorithm: z
          .enum(['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])
          .optional(),
        issuer: Issuer.optional(),
        scopes: Scopes.optional(),
      })
      .strict(),
    z
      .object({
        kind: z.literal('enterprise'),
        clientId: Word,
        clientSecret: Secret,
        idpTokenEndpoint: z.url({ protocol: /^https?$/ }).max(2_048),
        idpClientId: Word,
        idpClientSecret: Secret.optional(),
        issuer: Issuer.optional(),
        scopes: Scopes.optional(),
      })
      .strict(),
  ])
  .openapi('UpstreamAuth')
export type UpstreamAuth = z.infer<typeof UpstreamAuth>

/** How tokens for a server are got, as its owner may see it. */
export const UpstreamAuthDocument = z
  .object({
    kind: z.enum(['none', 'oauth', 'client_credentials', 'enterprise']),
    clientId: z.string().nullable(),
    hasSecret: z.boolean(),
    issuer: z.string().nullable().openapi({
      description: 'The authorization server that the client belongs to; null until it is known.',
    }),
    scopes: z.string().nullable(),
    redirectUri: z.string().openapi({
      description: 'What to enter where a client is registered by hand.',
    }),
  })
  .openapi('UpstreamAuthOfServer')
