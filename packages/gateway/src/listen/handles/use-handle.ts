import { hash } from 'node:crypto'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Ids, Problem } from '@mcp-orchestra/kernel'
import type { CallIntent, Charging } from '../../charge/charge.ts'
import type { ClientRequest } from '../client-request.ts'
import type { ClientTask, TaskFacts } from '../../upstream/task-facts.ts'
import type { Handles } from './handles.ts'
import { refuseHandle } from './open-handle.ts'

/** Why the handle of a request may not be used where the request goes; undefined when it may, or there is none. */
export function refuseMisplaced(
  handles: Handles,
  { handle, caller, endpoint, message }: ClientRequest,
  server: ServerEntity,
  name: string | undefined,
): Problem | undefined {
  switch (handle?.kind) {
    case 'state': {
      const { serverId, method, target } = handle.state
      const fits = serverId === server.id && method === message.method && target === (name ?? '')
      return fits
        ? undefined
        : refuseHandle(handles, { caller, endpoint }, 'gateway.request_state_refused', 'misplaced')
    }
    case 'task':
      return handle.task.handle.serverId === server.id
        ? undefined
        : refuseHandle(handles, { caller, endpoint }, 'gateway.task_refused', 'misplaced')
    case 'tasks':
    case undefined:
      return undefined
  }
}

/** What a `tasks/*` request is about, and how a finished result is bought. */
export function taskFactsOf(
  parts: { readonly ids: Ids; readonly charging: Charging },
  { handle, caller, message }: ClientRequest,
  server: ServerEntity,
): TaskFacts | undefined {
  if (handle?.kind !== 'task') return undefined
  const { task } = handle
  const isFree = task.handle.priceVersion === null || message.method !== 'tasks/get'
  const intent = (): CallIntent => purchaseOf(parts.ids, caller, server, task)
  return { client: task, buy: isFree ? undefined : () => parts.charging.begin(intent()) }
}

/** The one purchase of a task: keyed by its handle, at the price that was in force when it began. */
function purchaseOf(
  ids: Ids,
  caller: ClientRequest['caller'],
  server: ServerEntity,
  { handle, idText }: ClientTask,
): CallIntent {
  return {
    callId: ids.make('evt'),
    caller,
    server,
    method: 'tools/call',
    target: handle.tool,
    idempotencyKey: handle.purchaseKey,
    requestDigest: hash('sha256', JSON.stringify([server.id, handle.taskId])),
    attempt: 1,
    maxCharge: undefined,
    expectedPriceVersion: undefined,
    agreedPriceVersion: handle.priceVersion,
    // The result is at the server: fetching it again runs nothing.
    safeToRepeat: true,
    requestBytes: idText.length,
  }
}
