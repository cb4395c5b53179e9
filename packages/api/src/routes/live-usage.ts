import { createRoute, z } from '@hono/zod-openapi'
import { guarded, refusals } from './answer.ts'
import { OutcomeFilter, ServerFilter, ToolFilter } from './metering.ts'
import { bearer } from './security.ts'

/** Names of the server-sent events of `GET /v1/usage/live`. */
export const LIVE_EVENTS = {
  /** `data` is a UsageEvent; `id` is the cursor to resume from. */
  usage: 'usage',
  /** `data` is a {@link DroppedUsage}: the reader was slower than the calls. */
  dropped: 'dropped',
  /** What came between `Last-Event-ID` and now is no longer kept here; read it from `GET /v1/usage`. */
  gap: 'gap',
  /** The session or the key has ended; the stream ends after it, and coming back is refused. */
  signedOut: 'signed_out',
} as const

/** A comment goes out this often, in ms, so that a reader tells a quiet stream from a dead one. */
export const LIVE_PING_MS = 15_000

/** How many calls a slow reader missed at this place; `GET /v1/usage` still has them. */
export const DroppedUsage = z.object({ count: z.int().min(1) })
export type DroppedUsage = z.infer<typeof DroppedUsage>

/** Calls as they are posted, as server-sent events. */
export const streamUsage = createRoute({
  method: 'get',
  path: '/v1/usage/live',
  operationId: 'streamUsage',
  tags: ['metering'],
  summary: 'Calls as they are posted (server-sent events)',
  description: [
    'Calls of the caller’s organization, or for operators of another one, in the order in which they were posted, from now on, or from `Last-Event-ID` on.',
    '`event: usage`: `data` is a UsageEvent, `id` the cursor to resume from.',
    '`event: dropped`: `data` is `{"count":n}`, calls that a slow reader missed.',
    '`event: gap`: the calls since `Last-Event-ID` are no longer in the stream’s reach; `GET /v1/usage` has them.',
    '`event: signed_out`: the session or key has ended, and the stream with it.',
    '`: ping` every 15 seconds.',
  ].join('\n'),
  security: bearer,
  request: {
    headers: z.object({
      'last-event-id': z
        .string()
        .max(64)
        .optional()
        .openapi({ description: 'The `id` of the last event that was read.' }),
    }),
    query: z.object({
      side: z.enum(['payer', 'publisher', 'any']).default('any').openapi({
        description: 'payer: calls that I pay for; publisher: calls of my servers; any: both.',
      }),
      serverId: ServerFilter,
      tool: ToolFilter,
      outcome: OutcomeFilter,
      organizationId: z
        .string()
        .max(40)
        .optional()
        .openapi({ description: 'Another organization: operators only.' }),
    }),
  },
  responses: {
    200: {
      description: 'The stream.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...guarded,
    ...refusals(404),
  },
})
