import { createRoute, z } from '@hono/zod-openapi'
import { answer, guarded } from './answer.ts'
import { bearer } from './security.ts'

/** How the platform is: its version, its head, and what each gateway has applied. */
export const StatusDocument = z
  .object({
    version: z.string(),
    demo: z.boolean(),
    gatewayUrl: z.url().openapi({ description: 'Where MCP clients connect.' }),
    epoch: z.int().openapi({ description: 'Number of the database history; raised by a restore.' }),
    snapshotVersion: z.int(),
    gateways: z.array(
      z.object({
        gateway: z.string(),
        incarnationId: z.string().nullable(),
        connected: z.boolean(),
        acknowledgedVersion: z.int(),
        connectedAt: z.iso.datetime().nullable(),
      }),
    ),
  })
  .openapi('Status')

/** State of the platform, for whoever belongs to an organization of it. */
export const getStatus = createRoute({
  method: 'get',
  path: '/v1/status',
  operationId: 'getStatus',
  tags: ['status'],
  summary: 'State of the platform',
  security: bearer,
  responses: { 200: answer(StatusDocument, 'The state.'), ...guarded },
})
