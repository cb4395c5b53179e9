import { z } from 'zod'
import { META_CAPABILITIES } from '../../../protocol/rev-2026-07-28/codec.ts'
import { EXTENSION_TASKS } from '../greeting.ts'

/** What is to be heard of: changed lists as a set of {@link LIST_CHANGES} bits, resources by URI, and tasks by id. */
export type Filter = {
  readonly lists: number
  readonly uris: readonly string[]
  /** Absent for nearly all. */
  readonly taskIds?: readonly string[]
}

/** The lists whose changes can be heard of (MCP 2026-07-28, `subscriptions/listen`); a bit each, for thousands of streams hold a set of them. */
export const LIST_CHANGES = [
  {
    bit: 1,
    flag: 'toolsListChanged',
    method: 'notifications/tools/list_changed',
    capability: 'tools',
  },
  {
    bit: 2,
    flag: 'promptsListChanged',
    method: 'notifications/prompts/list_changed',
    capability: 'prompts',
  },
  {
    bit: 4,
    flag: 'resourcesListChanged',
    method: 'notifications/resources/list_changed',
    capability: 'resources',
  },
] as const

/** URIs that one stream may follow; what is beyond is missing from its acknowledgement. Each is looked up in the lists of all servers. */
export const URIS_MAX = 1_000

/** Unknown members are left out: what the gateway does not understand it cannot honour. */
const Wire = z.object({
  toolsListChanged: z.boolean().optional(),
  promptsListChanged: z.boolean().optional(),
  resourcesListChanged: z.boolean().optional(),
  resourceSubscriptions: z.array(z.string()).optional(),
  taskIds: z.array(z.string()).optional(),
})
const Params = z.object({ notifications: Wire.optional() })

/** Reads the filter in `params` of a request or of an acknowledgement; undefined when it is none. Nothing of what zod made is kept. */
export function readFilter(paramsText: string | undefined): Filter | undefined {
  const parsed = Params.safeParse(JSON.parse(paramsText ?? '{}'))
  if (!parsed.success) return undefined
  const wire = parsed.data.notifications ?? {}
  let lists = 0
  for (const { bit, flag } of LIST_CHANGES) if (wire[flag] === true) lists |= bit
  const uris = [...new Set(wire.resourceSubscriptions)].slice(0, URIS_MAX)
  const { taskIds = [] } = wire
  return { lists, uris: uris.toSorted(), ...(taskIds.length === 0 ? {} : { taskIds }) }
}

/** The JSON text of `notifications` for a filter: the same text for the same filter. */
export function filterText({ lists, uris, taskIds = [] }: Filter): string {
  const flags = LIST_CHANGES.filter(({ bit }) => (lists & bit) !== 0)
  return JSON.stringify({
    ...Object.fromEntries(flags.map(({ flag }) => [flag, true])),
    ...(uris.length === 0 ? {} : { resourceSubscriptions: uris }),
    ...(taskIds.length === 0 ? {} : { taskIds }),
  })
}

/**
 * `params` of the gateway's own listen. The capabilities are the gateway's (none, but tasks where it asks for
 * some), whoever it listens for: a listen stream carries no request to a client, so no capability of a client
 * changes what is heard on it, and the requests of all clients are the same.
 */
export function questionText(filter: Filter): string {
  const declared = isForTasks(filter) ? `{"extensions":{"${EXTENSION_TASKS}":{}}}` : '{}'
  return `{"notifications":${filterText(filter)},"_meta":{"${META_CAPABILITIES}":${declared}}}`
}

/** Whether a question is for tasks; then it is for nothing else. */
export function isForTasks({ taskIds = [] }: Filter): boolean {
  return taskIds.length > 0
}

/** The lists that a server has, of which it may tell changes; it leaves out of its acknowledgement what it does not tell. */
export function listsOf(capabilities: Readonly<Record<string, unknown>>): number {
  let lists = 0
  for (const { bit, capability } of LIST_CHANGES)
    if (capabilities[capability] !== undefined) lists |= bit
  return lists
}

/** What both hold. */
export function intersection(a: Filter, b: Filter): Filter {
  const inB = new Set(b.uris)
  const both = new Set(b.taskIds)
  const taskIds = (a.taskIds ?? []).filter((taskId) => both.has(taskId))
  return {
    lists: a.lists & b.lists,
    uris: a.uris.filter((uri) => inB.has(uri)),
    ...(taskIds.length === 0 ? {} : { taskIds }),
  }
}
