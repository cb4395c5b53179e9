import { memberOf } from '../protocol/json/span.ts'
import { metaText, targetOf } from '../protocol/message.ts'
import type { Route } from '../route/endpoint.ts'
import type { Call } from '../upstream/call.ts'
import { CallAbort } from '../upstream/call-abort.ts'
import type { InFlight } from '../upstream/in-flight.ts'
import type { ClientRequest } from './client-request.ts'
import type { TaskFacts } from '../upstream/task-facts.ts'

/** Streams that stay open for as long as the client listens: they have no deadline. */
const OPEN_METHODS = new Set(['subscriptions/listen'])

/** Takes a place at the server and puts the request in flight under an id of ours; throws `upstream.busy`. */
export function openCall(
  inFlight: InFlight,
  request: ClientRequest,
  route: Extract<Route, { kind: 'relay' }>,
  task?: TaskFacts,
): Call {
  const { message, codec, caller } = request
  const call = inFlight.open({
    mintedId: inFlight.mintId(),
    idText: message.idText ?? 'null',
    tokenText: metaText(message, 'progressToken'),
    codec,
    caller,
    server: route.server,
    method: message.method,
    target: route.name ?? targetOf(message),
    requestBytes: Buffer.byteLength(message.text),
    isFirstPage: memberOf(message.params, 'cursor') === undefined,
    task,
    ...(route.readdress === undefined ? {} : { readdress: route.readdress }),
  })
  if (!OPEN_METHODS.has(message.method)) call.expireAfter(route.server.limits.callTimeoutMs)
  return call
}

/** Watches the client of a call: a modern client that leaves cancels its call, a legacy one does not (MCP, cancellation). */
export function watchClient({ reply, codec }: ClientRequest, call: Call): void {
  if (!codec.closeCancels) return
  const onLeft = (): void => call.abort(new CallAbort('cancelled', undefined))
  if (reply.left.aborted) onLeft()
  else reply.left.addEventListener('abort', onLeft, { once: true })
}
