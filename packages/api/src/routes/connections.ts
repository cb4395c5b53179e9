import { createRoute, z } from '@hono/zod-openapi'
import { answer, body, guarded, orNull, refusals } from './answer.ts'
import { ServerPath } from './hub.ts'
import { Applied } from './mutation.ts'
import { bearer } from './security.ts'
import { UpstreamAuthDocument } from './upstream-auth.ts'

const TAGS = ['hub']

/** Where an authorization server sends people back to; the same for every server, so that it can be registered once. */
export const OAUTH_CALLBACK_PATH = '/v1/oauth/callback'

/** Where our client metadata document is (MCP 2026-07-28, client registration). */
export const CLIENT_DOCUMENT_PATH = '/oauth/client-metadata.json'

const HolderKind = z.enum(['member', 'organization'])

/** An account at a server behind the gateway. */
export const ConnectionDocument = z
  .object({
    serverId: z.string(),
    server: z.string().openapi({ description: 'The alias of the server.' }),
    holder: HolderKind.openapi({
      description: 'member: only mine; organization: used for members without one of their own.',
    }),
    state: z.enum(['connected', 'expired', 'more_scopes']).openapi({
      description: 'expired: authorize again; more_scopes: the server asked for more than it has.',
    }),
    issuer: z.string(),
    scopes: z.array(z.string()),
    missingScopes: z.array(z.string()),
    expiresAt: z.iso.datetime().nullable(),
    renews: z.boolean().openapi({ description: 'Whether it is renewed without a person.' }),
    connectedAt: z.iso.datetime(),
  })
  .openapi('Connection')

const ServerConnection = z
  .object({
    serverId: z.string(),
    server: z.string(),
    kind: UpstreamAuthDocument.shape.kind,
    member: orNull(ConnectionDocument),
    organization: orNull(ConnectionDocument),
  })
  .openapi('ServerConnection')

const StartedConnection = z
  .object({
    authorizationUrl: z
      .url()
      .nullable()
      .openapi({ description: 'Where the person goes; null when nobody has to.' }),
    expiresAt: z.iso.datetime().nullable(),
    connection: orNull(ConnectionDocument),
  })
  .openapi('StartedConnection')

const ConnectBody = z
  .object({
    holder: HolderKind.default('member'),
    idToken: z
      .string()
      .min(1)
      .max(16_384)
      .optional()
      .openapi({ description: 'Of the identity provider, where an enterprise manages access.' }),
  })
  .strict()
  .openapi('ConnectServer')

/** Starts to connect an account at a server. */
export const connectServer = createRoute({
  method: 'post',
  path: '/v1/servers/{id}/connection',
  operationId: 'connectServer',
  tags: TAGS,
  summary: 'Connect an account at the server behind the gateway',
  security: bearer,
  request: { params: ServerPath, body: body(ConnectBody) },
  responses: {
    201: answer(StartedConnection, 'Where to authorize, or the connection when nobody has to.'),
    ...guarded,
    ...refusals(404, 409, 413, 415, 422, 502),
  },
})

/** Whether I and my organization are connected to a server. */
export const getServerConnection = createRoute({
  method: 'get',
  path: '/v1/servers/{id}/connection',
  operationId: 'getServerConnection',
  tags: TAGS,
  summary: 'My connection to a server, and my organization’s',
  security: bearer,
  request: { params: ServerPath },
  responses: {
    200: answer(ServerConnection, 'Both, where there are.'),
    ...guarded,
    ...refusals(404),
  },
})

/** Forgets the tokens and revokes them where the authorization server can. */
export const disconnectServer = createRoute({
  method: 'delete',
  path: '/v1/servers/{id}/connection',
  operationId: 'disconnectServer',
  tags: TAGS,
  summary: 'Disconnect an account at a server',
  security: bearer,
  request: { params: ServerPath, query: z.object({ holder: HolderKind.default('member') }) },
  responses: {
    200: answer(
      Applied.extend({
        revoked: z.enum(['done', 'failed', 'not_offered', 'not_connected']).openapi({
          description: 'What the authorization server made of it; the tokens are gone here anyway.',
        }),
      }).openapi('Disconnected'),
      'Gone.',
    ),
    ...guarded,
    ...refusals(404),
  },
})

/** All accounts that I have connected, and my organization. */
export const listConnections = createRoute({
  method: 'get',
  path: '/v1/connections',
  operationId: 'listConnections',
  tags: TAGS,
  summary: 'My connections, and my organization’s',
  security: bearer,
  responses: {
    200: answer(
      z.object({ items: z.array(ConnectionDocument) }).openapi('ConnectionList'),
      'All of them, by server.',
    ),
    ...guarded,
  },
})
