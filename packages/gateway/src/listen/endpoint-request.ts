import type { CancelSignal } from '../cancel.ts'
import { textOf } from '../protocol/json/span.ts'
import { targetOf } from '../protocol/message.ts'
import type { EndpointRequest } from '../route/endpoint.ts'
import type { ClientRequest } from './client-request.ts'

/** What an endpoint is told of a message when it decides where that goes. */
export function endpointRequest(request: ClientRequest, signal: CancelSignal): EndpointRequest {
  const { message, codec, caller, hop } = request
  return {
    caller,
    era: codec.era,
    revision: codec.revision,
    kind: message.kind === 'notification' ? 'notification' : 'request',
    idText: message.idText,
    method: message.method,
    target: targetOf(message),
    paramsText:
      message.params === undefined ? undefined : textOf(message.text, message.params.span),
    sessionId: hop.sessionId,
    serverId: request.handle?.kind === 'task' ? request.handle.task.handle.serverId : undefined,
    tasks: request.handle?.kind === 'tasks' ? request.handle.tasks : undefined,
    capabilitiesText: hop.capabilitiesText,
    ask: hop.ask,
    signal,
  }
}
