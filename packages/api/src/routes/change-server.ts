import { createRoute, z } from '@hono/zod-openapi'
import { Era, ServerLimits } from '../snapshot.ts'
import { UpstreamAuth } from './upstream-auth.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { ChangedServer, ServerPath } from './hub.ts'
import { NAME_CHARS_MAX } from './identity.ts'
import { openApiPlaceShape } from './openapi.ts'
import { bearer } from './security.ts'

/** Names and values; null keeps the value that a name has, which no answer ever shows. */
const SecretEntries = z.record(z.string(), z.string().nullable()).default({}).openapi({
  description:
    'All of them: a name that is left out is removed; null keeps its value, only while it goes to the same place.',
})

/** How a server shall be reached from now on. */
export const ChangedTransport = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('http'),
      url: z.url({ protocol: /^https?$/ }),
      headers: SecretEntries,
    }),
    z.object({
      kind: z.literal('stdio'),
      command: z.string().min(1).max(4096),
      args: z.array(z.string().max(4096)).max(256).default([]),
      env: SecretEntries,
      cwd: z.string().max(4096).optional(),
    }),
    // What is absent of these stays: the document, where the API is, which operations it offers.
    z.object({ ...openApiPlaceShape, headers: SecretEntries, credentials: SecretEntries }),
  ])
  .openapi('ChangedTransport')
export type ChangedTransport = z.infer<typeof ChangedTransport>

// Not its alias, which is in the addresses of its clients, nor what is charged for: that is part of its prices.
const ChangeServerBody = z
  .object({
    name: z.string().trim().min(1).max(NAME_CHARS_MAX),
    transport: ChangedTransport,
    era: Era,
    visibility: z.enum(['organization', 'everyone']),
    limits: z
      .object({
        callTimeoutMs: ServerLimits.shape.callTimeoutMs.unwrap(),
        resultBytesMax: ServerLimits.shape.resultBytesMax.unwrap(),
        concurrentCallsMax: ServerLimits.shape.concurrentCallsMax.unwrap(),
      })
      .partial()
      .strict(),
    announcePrices: z.boolean(),
    upstreamAuth: UpstreamAuth,
  })
  .partial()
  .strict()
  .openapi('ChangeServer')

/** Changes what is named and leaves the rest; connected gateways have it before this answers. */
export const changeServer = createRoute({
  method: 'patch',
  path: '/v1/servers/{id}',
  operationId: 'changeServer',
  tags: ['hub'],
  summary: 'Change an MCP server',
  security: bearer,
  request: { params: ServerPath, body: body(ChangeServerBody) },
  responses: {
    200: answer(ChangedServer, 'The server as it is now.'),
    ...guarded,
    ...refusals(404, 413, 415, 422),
  },
})
