import { createRoute, z } from '@hono/zod-openapi'
import { STOP_SCOPES } from '../cap-scope.ts'
import { answer, body, guarded, refusals } from './answer.ts'
import { Applied } from './mutation.ts'
import { pageOf, PageQuery } from './page.ts'
import { bearer } from './security.ts'

const TAGS = ['payments']

/** The longest reason, in characters: a sentence or two, which refused callers read. */
const REASON_CHARS_MAX = 300

/** That spending was stopped, by whom and why, and whether it was resumed. */
export const StopDocument = z
  .object({
    id: z.string().openapi({ example: 'stp_01kp0000000000000000000000' }),
    organizationId: z.string(),
    scope: z.object({ kind: z.enum(STOP_SCOPES), id: z.string() }),
    reason: z.string(),
    byOperator: z
      .boolean()
      .openapi({ description: 'Only an operator of the platform may resume it.' }),
    stoppedBy: z.string(),
    stoppedAt: z.iso.datetime(),
    resumedAt: z.iso.datetime().nullable(),
  })
  .openapi('Stop')

const ChangedStop = Applied.extend({ stop: StopDocument }).openapi('ChangedStop')

/** Stops of the organization, newest first. */
export const listStops = createRoute({
  method: 'get',
  path: '/v1/stops',
  operationId: 'listStops',
  tags: TAGS,
  summary: 'Where spending is stopped, and where it was',
  security: bearer,
  request: {
    query: PageQuery.extend({
      state: z.enum(['in_force', 'resumed']).optional(),
      organizationId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Another organization: operators only.' }),
    }),
  },
  responses: {
    200: answer(pageOf(StopDocument).openapi('StopPage'), 'A page of stops.'),
    ...guarded,
    ...refusals(404),
  },
})

/**
 * Stops spending at once. It answers when every connected gateway has ended what was running and cost, within a
 * second, and names those that have not said so.
 */
export const stopSpending = createRoute({
  method: 'post',
  path: '/v1/stops',
  operationId: 'stopSpending',
  tags: TAGS,
  summary: 'Stop spending at once',
  security: bearer,
  request: {
    body: body(
      z
        .object({
          scope: z
            .object({ kind: z.enum(STOP_SCOPES), id: z.string().max(40).optional() })
            .strict()
            .optional()
            .openapi({
              description:
                'What to stop; absent, everything the organization spends. `server` stops what it spends there.',
            }),
          reason: z.string().trim().min(1).max(REASON_CHARS_MAX),
          organizationId: z
            .string()
            .max(40)
            .optional()
            .openapi({ description: 'Another organization: operators only.' }),
        })
        .strict()
        .openapi('StopSpending'),
    ),
  },
  responses: {
    201: answer(ChangedStop, 'The stop: this one, or the one that stood there already.'),
    ...guarded,
    ...refusals(404, 413, 415, 422),
  },
})

/** Lets spending go on. */
export const resumeSpending = createRoute({
  method: 'post',
  path: '/v1/stops/{id}/resume',
  operationId: 'resumeSpending',
  tags: TAGS,
  summary: 'Let stopped spending go on',
  security: bearer,
  request: { params: z.object({ id: z.string().min(1).max(40) }) },
  responses: {
    200: answer(ChangedStop, 'The stop, which is over now.'),
    ...guarded,
    ...refusals(404),
  },
})
