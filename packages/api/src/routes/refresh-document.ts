import { createRoute } from '@hono/zod-openapi'
import { answer, guarded, refusals } from './answer.ts'
import { ChangedServer, ServerPath } from './hub.ts'
import { bearer } from './security.ts'

/** Reads the document of an API again from its address: same operations, same place, new schemas. */
export const refreshDocument = createRoute({
  method: 'post',
  path: '/v1/servers/{id}/refresh-document',
  operationId: 'refreshDocument',
  tags: ['hub'],
  summary: 'Read the OpenAPI document of a server again',
  security: bearer,
  request: { params: ServerPath },
  responses: {
    200: answer(ChangedServer, 'The server as it is now.'),
    ...guarded,
    ...refusals(404, 409, 422),
  },
})
