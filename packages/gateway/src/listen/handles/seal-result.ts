import { randomBytes } from 'node:crypto'
import { stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import { readMessage, type Message } from '../../protocol/message.ts'
import { principalBinding } from '../../seal/binding.ts'
import type { Call } from '../../upstream/call.ts'
import type { Handles } from './handles.ts'

/** How the state of a call begins whose rest is kept in this process (translation to legacy servers). */
const PARKED = 'parked.'
/** The methods whose results may ask for input (MCP 2026-07-28, multi round-trip requests). */
const ASKING = new Set(['tools/call', 'prompts/get', 'resources/read'])
/** 128 random bits: no two tasks are one purchase. */
const PURCHASE_KEY_BYTES = 16

/**
 * A modern result whose handles are sealed: the state of one that asks for input, the id of a new task, and the
 * id of a known task in the client's own form. Every other result is given back as it is.
 */
export function sealResult(handles: Handles, call: Call, message: Message): Message {
  const { codec, task } = call.facts
  const { result, text } = message
  if (codec.era !== 'modern' || result === undefined) return message
  const set =
    task === undefined
      ? sealedMembers(handles, call, message)
      : stringAt(text, memberOf(result, 'taskId')?.value) === undefined
        ? undefined
        : new Map([['taskId', JSON.stringify(task.client.idText)]])
  return set === undefined ? message : readMessage(splice(text, editObject(result, { set })))
}

function sealedMembers(
  handles: Handles,
  call: Call,
  message: Message,
): ReadonlyMap<string, string> | undefined {
  const { result, text } = message
  switch (stringAt(text, memberOf(result, 'resultType')?.value)) {
    case 'input_required':
      return ASKING.has(call.facts.method) ? sealedState(handles, call, message) : undefined
    case 'task':
      return sealedTask(handles, call, message)
    default:
      return undefined
  }
}

function sealedState(
  handles: Handles,
  call: Call,
  { result, text }: Message,
): ReadonlyMap<string, string> | undefined {
  const member = memberOf(result, 'requestState')
  if (member === undefined && !call.isPaid) return undefined
  const inner = member === undefined ? null : textOf(text, member.value)
  const { caller, server, method, target = '' } = call.facts
  const state = {
    inner,
    serverId: server.id,
    method,
    target,
    priceVersion: call.priceVersion,
    slot: inner?.startsWith(`"${PARKED}`) === true ? handles.self : null,
  }
  const sealed = handles.states.seal(state, principalBinding(caller))
  return new Map([['requestState', JSON.stringify(sealed)]])
}

function sealedTask(
  handles: Handles,
  call: Call,
  { result, text }: Message,
): ReadonlyMap<string, string> | undefined {
  const taskId = stringAt(text, memberOf(result, 'taskId')?.value)
  if (taskId === undefined) return undefined
  const { caller, server, target = '' } = call.facts
  const handle = {
    serverId: server.id,
    taskId,
    tool: target,
    priceVersion: call.priceVersion,
    purchaseKey: `task:${randomBytes(PURCHASE_KEY_BYTES).toString('base64url')}`,
  }
  const sealed = handles.tasks.seal(handle, principalBinding(caller))
  return new Map([['taskId', JSON.stringify(sealed)]])
}
