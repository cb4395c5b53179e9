import { CLIENT_CAPABILITIES_META_KEY } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { TASK_ONLY_TOOLS, TASKS_EXTENSION, tasksAreRequired } from './task-tools.ts'

const Request = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.enum(['tools/call', 'subscriptions/listen']),
  params: z.looseObject({
    name: z.string().optional(),
    notifications: z.looseObject({ taskIds: z.array(z.string()).optional() }).optional(),
    _meta: z.looseObject({
      [CLIENT_CAPABILITIES_META_KEY]: z
        .looseObject({ extensions: z.record(z.string(), z.unknown()) })
        .partial()
        .optional(),
    }),
  }),
})

/**
 * The answer -32021 to a client that needs the tasks extension and does not declare it; undefined when there is
 * nothing to refuse. It is said before the SDK, which makes a result of every error that a tool throws.
 */
export function refuseUndeclared(body: unknown): Response | undefined {
  const request = Request.safeParse(body).data
  if (request === undefined) return undefined
  const { id, params } = request
  const needsTasks =
    params.notifications?.taskIds !== undefined || TASK_ONLY_TOOLS.has(params.name ?? '')
  const declared = params._meta[CLIENT_CAPABILITIES_META_KEY]?.extensions?.[TASKS_EXTENSION]
  if (!needsTasks || declared !== undefined) return undefined
  const { code, message, data } = tasksAreRequired()
  return Response.json({ jsonrpc: '2.0', id, error: { code, message, data } }, { status: 400 })
}
