import { Cancel } from '../cancel.ts'
import { purchaseKeyOf } from '../route/owner.ts'
import type { Codec } from '../protocol/codec.ts'
import type { Message } from '../protocol/message.ts'
import type { CarryRequest } from '../pipeline.ts'
import { CallAbort } from '../upstream/call-abort.ts'
import { withDeadline } from '../upstream/deadline.ts'
import { runningAt } from '../upstream/in-flight.ts'
import { HELD_BYTES_MAX } from '../upstream/upstream.ts'
import { idempotencyKeyOf, isRecorded } from './call-intent.ts'
import type { CallerIdentity } from '../authorize/caller.ts'
import { principalBinding } from '../seal/binding.ts'
import type { ClientRequest, Hop } from './client-request.ts'
import { takeConnectAnswer } from './connect-question.ts'
import { sendProblem, sendRpcRefusal } from './delivery/refusal.ts'
import type { CarriedHandle } from './handles/handles.ts'
import { openHandle } from './handles/open-handle.ts'
import { readTaskNews } from './handles/task-news.ts'
import type { Peer, Peers } from './peers.ts'
import { endpointRequest } from './endpoint-request.ts'
import type { Visit } from './visit.ts'
import { refusalToCarry } from './may-carry.ts'
import { createModernHop } from './modern-hop.ts'
import type { RelayParts } from './relay-parts.ts'

/** The door of modern clients: every POST stands alone (MCP 2026-07-28, streamable HTTP). */
export async function carryModern(
  parts: RelayParts,
  carry: CarryRequest,
  codec: Codec,
  visit: Visit,
  message: Message,
): Promise<void> {
  const { caller, endpoint, exchange } = visit
  const { headers, reply } = exchange
  const opened = message.kind === 'request' ? openHandle(parts.handles, visit, message) : undefined
  const idText = message.idText ?? 'null'
  if (opened?.kind === 'refused') return await sendProblem(reply, codec, idText, opened.problem)
  if (opened?.kind === 'undeclared') return sendRpcRefusal(reply, idText, opened.refusal)
  const handle = opened?.handle
  const holder = exchange.isInternal
    ? undefined
    : holderOf(parts.peers, caller, handle, message.method)
  if (holder !== undefined) return await parts.peers.forward(holder, exchange, message.text)
  const { message: own, connectAnswer } = takeConnectAnswer(opened?.message ?? message)
  const hop = hopFor(parts, caller, own, handle)
  const request: ClientRequest = {
    caller,
    endpoint,
    codec,
    message: own,
    headers,
    reply,
    hop,
    handle,
    connectAnswer,
  }
  if (message.kind === 'notification') return await carryNotice(parts, request)
  const key =
    isRecorded(message.method) && !exchange.isInternal
      ? idempotencyKeyOf(message, headers)
      : undefined
  const owner =
    key === undefined ? undefined : parts.peers.ownerOfPurchase(purchaseKeyOf(caller, key))
  if (owner !== undefined) return await parts.peers.forward(owner, exchange, message.text)
  // What the endpoint itself produces (merged listen streams) ends with the client and with its rights.
  const end = new Cancel()
  const running = runningAt(caller, endpoint.server)
  const release = parts.inFlight.hold(running, (reason) => end.abort(reason))
  reply.left.addEventListener('abort', () => end.abort(new CallAbort('cancelled', undefined)), {
    once: true,
  })
  try {
    await carry(request, end.signal)
  } finally {
    release()
  }
}

/** The gateway where the rest of a handle is: of a parked call its memory, of a task its purchase. */
function holderOf(
  peers: Peers,
  caller: CallerIdentity,
  handle: CarriedHandle | undefined,
  method: string,
): Peer | undefined {
  if (handle?.kind === 'state')
    return handle.state.slot === null ? undefined : peers.bySlot(handle.state.slot)
  // Only what is fetched may have to be paid: answers and cancelling wait for no other gateway.
  if (handle?.kind !== 'task' || method !== 'tasks/get') return undefined
  if (handle.task.handle.priceVersion === null) return undefined
  const { purchaseKey } = handle.task.handle
  return peers.ownerOfPurchase(`${principalBinding(caller)}|${purchaseKey}`)
}

function hopFor(
  parts: RelayParts,
  caller: CallerIdentity,
  message: Message,
  handle: CarriedHandle | undefined,
): Hop {
  const hop = createModernHop(parts.modern, () => parts.inFlight.mintId(), { caller, message })
  if (handle?.kind !== 'tasks') return hop
  return { ...hop, inboundOf: (call) => readTaskNews(hop.inboundOf(call), handle.tasks) }
}

async function carryNotice(parts: RelayParts, request: ClientRequest): Promise<void> {
  const { message, reply, codec, caller, endpoint, headers } = request
  const route = await endpoint.resolve(endpointRequest(request, reply.left))
  if (route.kind === 'refused') return await sendProblem(reply, codec, 'null', route.problem)
  if (route.kind !== 'relay') return reply.empty(202)
  const refusal = refusalToCarry(parts.authorizer, caller, route.server, message.method, undefined)
  if (refusal !== undefined) return await sendProblem(reply, codec, 'null', refusal)
  const response = await withDeadline(route.server.limits.callTimeoutMs, reply.left, (signal) =>
    parts.modern.send(route.server, {
      caller,
      id: undefined,
      method: message.method,
      text: message.text,
      headers: codec.headersFor(message, headers, undefined),
      signal,
      heldBytesMax: HELD_BYTES_MAX,
    }),
  )
  if (response.status >= 400 && response.body.kind === 'message')
    reply.json(response.status, response.body.text)
  else reply.empty(202)
}
