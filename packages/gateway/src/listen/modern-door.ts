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
import type { ClientRequest } from './client-request.ts'
import { sendProblem } from './delivery/refusal.ts'
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
  const hop = createModernHop(parts.modern, () => parts.inFlight.mintId(), { caller, message })
  const request: ClientRequest = { caller, endpoint, codec, message, headers, reply, hop }
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
