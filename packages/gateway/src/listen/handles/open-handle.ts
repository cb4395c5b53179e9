import type { Problem } from '@mcp-orchestra/kernel'
import type { RefusedAction } from '../../audit/refused-handles.ts'
import type { RpcRefusal } from '../../protocol/codec.ts'
import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { editObject, splice, type Edit } from '../../protocol/json/splice.ts'
import { paramString, readMessage, type Message } from '../../protocol/message.ts'
import { META_CAPABILITIES } from '../../protocol/rev-2026-07-28/codec.ts'
import { principalBinding } from '../../seal/binding.ts'
import type { HandleFault } from '../../seal/handle-codec.ts'
import { refuseSealed } from '../../seal/problems.ts'
import type { Visit } from '../visit.ts'
import type { ClientTask } from '../../upstream/task-facts.ts'
import type { CarriedHandle, Handles } from './handles.ts'

/** The tasks extension's name among capabilities. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks'
/** A capability that the client did not declare (MCP 2026-07-28, errors). */
const RPC_MISSING_CAPABILITY = -32021
/** Tasks that one listen stream may be for: a client watches what it has begun itself. */
const TASK_IDS_MAX = 256

/** What came of the handle in a request. */
export type OpenedRequest =
  /** The request as the server shall see it. */
  | { readonly kind: 'opened'; readonly message: Message; readonly handle: CarriedHandle }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'undeclared'; readonly refusal: RpcRefusal }

/**
 * Opens the handle of a modern request and puts the server's own in its place, byte for byte; undefined for the
 * many requests that carry none.
 */
export function openHandle(
  handles: Handles,
  visit: Visit,
  message: Message,
): OpenedRequest | undefined {
  switch (message.method) {
    case 'tools/call':
    case 'prompts/get':
    case 'resources/read':
      return memberOf(message.params, 'requestState') === undefined
        ? undefined
        : openState(handles, visit, message)
    case 'tasks/get':
    case 'tasks/update':
    case 'tasks/cancel':
      return undeclared(message) ?? openTask(handles, visit, message)
    case 'subscriptions/listen':
      return openTasks(handles, visit, message)
    default:
      return undefined
  }
}

/** Tells of a refused handle, and makes the refusal. */
export function refuseHandle(
  handles: Handles,
  { caller, endpoint }: Pick<Visit, 'caller' | 'endpoint'>,
  action: RefusedAction,
  fault: HandleFault,
): Problem {
  handles.refused.note({ action, caller, endpointId: endpoint.id, fault })
  return refuseSealed(
    action === 'gateway.task_refused' ? 'seal.task_refused' : 'seal.state_refused',
  )
}

function openState(handles: Handles, visit: Visit, message: Message): OpenedRequest {
  const sealed = paramString(message, 'requestState') ?? ''
  const opened = handles.states.open(sealed, principalBinding(visit.caller))
  if (opened.kind === 'refused') {
    const problem = refuseHandle(handles, visit, 'gateway.request_state_refused', opened.fault)
    return { kind: 'refused', problem }
  }
  const state = opened.value
  const { params } = message
  if (params === undefined) return { kind: 'opened', message, handle: { kind: 'state', state } }
  const edits =
    state.inner === null
      ? editObject(params, { remove: new Set(['requestState']) })
      : editObject(params, { set: new Map([['requestState', state.inner]]) })
  return {
    kind: 'opened',
    message: readMessage(splice(message.text, edits)),
    handle: { kind: 'state', state },
  }
}

function openTask(handles: Handles, visit: Visit, message: Message): OpenedRequest {
  const idText = paramString(message, 'taskId') ?? ''
  const opened = handles.tasks.open(idText, principalBinding(visit.caller))
  if (opened.kind === 'refused' || message.params === undefined) {
    const fault = opened.kind === 'refused' ? opened.fault : 'unreadable'
    return {
      kind: 'refused',
      problem: refuseHandle(handles, visit, 'gateway.task_refused', fault),
    }
  }
  const handle = opened.value
  const set = new Map([['taskId', JSON.stringify(handle.taskId)]])
  return {
    kind: 'opened',
    message: readMessage(splice(message.text, editObject(message.params, { set }))),
    handle: { kind: 'task', task: { handle, idText } },
  }
}

/** `subscriptions/listen` with `taskIds`: those that do not open are left out, and the acknowledgement says so. */
function openTasks(handles: Handles, visit: Visit, message: Message): OpenedRequest | undefined {
  const { text, params } = message
  const filterMember = memberOf(params, 'notifications')
  const filter = filterMember === undefined ? undefined : scanObject(text, filterMember.value.start)
  const member = memberOf(filter, 'taskIds')
  const list = member === undefined ? undefined : scanArray(text, member.value.start)
  if (list === undefined || filter === undefined) return undefined
  const refused = undeclared(message)
  if (refused !== undefined) return refused
  const tasks: ClientTask[] = []
  for (const span of list.elements.slice(0, TASK_IDS_MAX)) {
    const idText = stringAt(text, span) ?? ''
    const opened = handles.tasks.open(idText, principalBinding(visit.caller))
    const { server } = visit.endpoint
    if (opened.kind === 'sound' && (server === undefined || opened.value.serverId === server.id))
      tasks.push({ handle: opened.value, idText })
    else {
      const fault = opened.kind === 'refused' ? opened.fault : 'misplaced'
      refuseHandle(handles, visit, 'gateway.task_refused', fault)
    }
  }
  const edits: Edit[] = [
    { ...list.span, text: JSON.stringify(tasks.map(({ handle }) => handle.taskId)) },
  ]
  return {
    kind: 'opened',
    message: readMessage(splice(text, edits)),
    handle: { kind: 'tasks', tasks },
  }
}

function undeclared(message: Message): OpenedRequest | undefined {
  const capabilities = memberOf(message.meta, META_CAPABILITIES)
  const declared =
    capabilities === undefined ? undefined : scanObject(message.text, capabilities.value.start)
  const extensions = memberOf(declared, 'extensions')
  const known =
    extensions === undefined ? undefined : scanObject(message.text, extensions.value.start)
  if (memberOf(known, TASKS_EXTENSION) !== undefined) return undefined
  return {
    kind: 'undeclared',
    refusal: {
      status: 400,
      code: RPC_MISSING_CAPABILITY,
      message: `missing required client capability: ${TASKS_EXTENSION}`,
      data: { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } },
    },
  }
}
