import type { CallIntent } from '../charge/charge.ts'
import { headerOf } from '../protocol/codec.ts'
import { rewriteParams } from '../protocol/rewrite.ts'
import { FORWARDED_HEADER, type PurchaseForwarder } from '../route/purchase-forwarder.ts'
import type { Call } from '../upstream/call.ts'
import type { ClientRequest } from './client-request.ts'

/**
 * Sends a keyed purchase of a legacy session to the gateway that keeps it, and the client its answer (spending §3.10). False
 * when this gateway keeps it. `name` is the server's own name for the target when the client's differs.
 */
export function forwardKeyed(
  purchases: PurchaseForwarder | undefined,
  request: ClientRequest,
  call: Call,
  { intent, name }: { readonly intent: CallIntent; readonly name: string | undefined },
): Promise<boolean> {
  // A modern request has no session: it was sent on whole before it was routed.
  if (request.codec.era === 'modern' || intent.idempotencyKey === undefined) return KEPT_HERE
  return forward(purchases, request, call, { intent, name })
}

const KEPT_HERE = Promise.resolve(false)

async function forward(
  purchases: PurchaseForwarder | undefined,
  { message, headers, reply }: ClientRequest,
  call: Call,
  { intent, name }: { readonly intent: CallIntent; readonly name: string | undefined },
): Promise<boolean> {
  const answer = await purchases?.forward({
    intent,
    authorization: headerOf(headers, 'authorization') ?? '',
    proof: headerOf(headers, FORWARDED_HEADER),
    requestText:
      name === undefined ? message.text : rewriteParams(message, 'name', JSON.stringify(name)),
    signal: call.signal,
  })
  if (answer === undefined) return false
  await call.settle('complete', Buffer.byteLength(answer.responseText))
  reply.json(answer.status, answer.responseText)
  return true
}
