import { scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../../protocol/json/span.ts'
import { editObject, splice } from '../../../protocol/json/splice.ts'
import type { Message } from '../../../protocol/message.ts'
import { withoutMeta } from '../../hop-meta.ts'
import { META_SERVER_INFO } from '../modern-answer.ts'

/** The tasks extension's name among capabilities (SEP-2663). */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'
/** What names the task that a legacy message belongs to (MCP 2025-11-25, related task metadata). */
export const META_RELATED = 'io.modelcontextprotocol/related-task'
/** How long a server is asked to keep a task, in milliseconds: as long as we remember that its result was paid. */
const TASK_TTL_MS = 24 * 3_600_000

/** Members that have another name in the extension. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['ttl', 'ttlMs'],
  ['pollInterval', 'pollIntervalMs'],
])
/** Members that only we may say: what they say decides about money. */
const OURS: ReadonlySet<string> = new Set(['resultType', 'result', 'error', 'inputRequests'])

/** A call that asks for a task; what a client wrote there means nothing in the modern era, and is gone already. */
export function asTaskRequest(requestText: string): string {
  const member = memberOf(scanObject(requestText), 'params')
  const params = member && scanObject(requestText, member.value.start)
  if (params === undefined) return requestText
  const set = new Map([['task', `{"ttl":${TASK_TTL_MS}}`]])
  return splice(requestText, editObject(params, { set }))
}

/** A task as a legacy server tells of it. */
export type LegacyTask = {
  readonly taskId: string
  readonly status: string
  /** Its members by the names of the extension, as raw texts. */
  readonly members: ReadonlyMap<string, string>
}

/** Reads a legacy task, which is JSON text; undefined when it is none. */
export function readLegacyTask(text: string, from = 0): LegacyTask | undefined {
  const object = scanObject(text, from)
  const taskId = stringAt(text, memberOf(object, 'taskId')?.value)
  const status = stringAt(text, memberOf(object, 'status')?.value)
  if (object === undefined || taskId === undefined || status === undefined) return undefined
  const members = new Map<string, string>()
  for (const { key, value } of object.members) {
    const name = RENAMED.get(key) ?? key
    if (!OURS.has(name) && !members.has(name)) members.set(name, textOf(text, value))
  }
  // A task without an end of its own says so in the extension.
  if (!members.has('ttlMs')) members.set('ttlMs', 'null')
  return { taskId, status, members }
}

/** The task that a call has begun (MCP 2025-11-25 CreateTaskResult); undefined when the server answered otherwise. */
export function createdTask({ text, result }: Message): LegacyTask | undefined {
  const member = memberOf(result, 'task')
  return member === undefined ? undefined : readLegacyTask(text, member.value.start)
}

/** What a task's members are changed to, and what is added. */
export type TaskMembers = {
  readonly resultType: 'task' | 'complete'
  readonly set?: ReadonlyMap<string, string>
  readonly serverInfoText: string | undefined
}

/** The result text of the extension: CreateTaskResult or GetTaskResult (SEP-2663). */
export function taskResultText(
  { members }: LegacyTask,
  { resultType, set, serverInfoText }: TaskMembers,
): string {
  const all = new Map([['resultType', `"${resultType}"`], ...members, ...(set ?? [])])
  const meta = all.get('_meta')
  if (serverInfoText !== undefined) all.set('_meta', namedMeta(meta, serverInfoText))
  return `{${[...all].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
}

/** An empty acknowledgement (SEP-2663, tasks/update and tasks/cancel). */
export function acknowledgedText(serverInfoText: string | undefined): string {
  const meta =
    serverInfoText === undefined ? '' : `,"_meta":${namedMeta(undefined, serverInfoText)}`
  return `{"resultType":"complete"${meta}}`
}

/** The task that a message belongs to. */
export function relatedTask({ text, meta }: Message): string | undefined {
  const member = memberOf(meta, META_RELATED)
  const related = member && scanObject(text, member.value.start)
  return stringAt(text, memberOf(related, 'taskId')?.value)
}

/** An object's JSON text with the name of its task in `_meta`. */
export function withRelatedTask(objectText: string, taskId: string): string {
  const related = JSON.stringify({ taskId })
  const object = scanObject(objectText)
  if (object === undefined) return objectText
  const member = memberOf(object, '_meta')
  const meta = member && scanObject(objectText, member.value.start)
  const edits =
    meta === undefined
      ? editObject(object, { set: new Map([['_meta', `{"${META_RELATED}":${related}}`]]) })
      : editObject(meta, { set: new Map([[META_RELATED, related]]) })
  return splice(objectText, edits)
}

/** The same without it: the client knows the task by another id. */
export function withoutRelatedTask(objectText: string): string {
  return withoutMeta(objectText, new Set([META_RELATED]))
}

function namedMeta(metaText: string | undefined, serverInfoText: string): string {
  const meta = metaText === undefined ? undefined : scanObject(metaText)
  if (metaText === undefined || meta === undefined)
    return `{"${META_SERVER_INFO}":${serverInfoText}}`
  return memberOf(meta, META_SERVER_INFO) === undefined
    ? splice(metaText, editObject(meta, { set: new Map([[META_SERVER_INFO, serverInfoText]]) }))
    : metaText
}
