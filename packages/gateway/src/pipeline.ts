import { Cancel, type CancelSignal } from './cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, type Ids } from '@mcp-orchestra/kernel'
import type { Authorizer } from './authorize/authorizer.ts'
import { answerHere, answerStored } from './listen/answer-here.ts'
import { detachCall, failCall } from './listen/call-failure.ts'
import { intentOf, isRecorded } from './listen/call-intent.ts'
import { plainRequest, type ClientRequest } from './listen/client-request.ts'
import { deliver } from './listen/delivery/deliver.ts'
import { sendProblem } from './listen/delivery/refusal.ts'
import { endpointRequest } from './listen/endpoint-request.ts'
import { forwardKeyed } from './listen/forward-keyed.ts'
import { refusalToCarry } from './listen/may-carry.ts'
import { refuseMisplaced, taskFactsOf } from './listen/handles/use-handle.ts'
import { openCall, watchClient } from './listen/open-call.ts'
import type { RelayParts } from './listen/relay-parts.ts'
import { targetOf } from './protocol/message.ts'
import { rewriteRequest } from './protocol/rewrite.ts'
import { READ_ENOUGH } from './upstream/http/exchange.ts'

/** Carries one request of an authorized client to its answer; rejects only by a bug of ours. */
export type CarryRequest = (request: ClientRequest, signal: CancelSignal) => Promise<void>

/**
 * The path of a call (architecture §3), after listen has read it and authorize has named its caller:
 * route ─► authorize ─► reserve ─► upstream ─► commit | release ─► record.
 */
export function createPipeline(parts: RelayParts & { readonly ids: Ids }): CarryRequest {
  const { authorizer, charging, inFlight, outcomes } = parts
  return refusing(async (sent, signal) => {
    // route
    const route = await sent.endpoint.resolve(endpointRequest(sent, signal))
    if (route.kind !== 'relay') return await answerHere(sent, route)
    const request = plainRequest(sent, route.asked)
    const { codec, headers, hop, message, reply } = request
    const idText = message.idText ?? 'null'
    const { server, name = targetOf(message) } = route

    // authorize
    const refusal =
      refuseMisplaced(parts.handles, request, server, name) ??
      refuseToCarry(authorizer, request, server, name) ??
      outcomes.admit(server)
    if (refusal !== undefined) return await sendProblem(reply, codec, idText, refusal)

    const call = openCall(inFlight, request, route, taskFactsOf(parts, request, server))
    const stream = new Cancel()
    stream.follow(call.signal)
    watchClient(request, call)
    try {
      // reserve
      if (isRecorded(message.method)) {
        const intent = intentOf(request, call, parts)
        const keyed = { intent, name: route.name }
        if (await forwardKeyed(parts.purchases, request, call, keyed)) return
        const decision = await charging.begin(intent)
        if (decision.kind === 'refused') throw decision.problem
        if (decision.kind === 'stored') return await answerStored(request, call, decision)
        call.bind(decision.charge)
      }

      // upstream
      const minted = String(call.facts.mintedId)
      const text = rewriteRequest(message, { idText: minted, tokenText: minted, ...nameOf(route) })
      const hopHeaders = codec.headersFor(message, headers, nameThere(request, route.name))
      const response = await hop.send(call, text, hopHeaders, stream.signal)
      outcomes.connected(server)

      // commit | release, record, and only then the last byte
      const giveUp = (): void => stream.abort(READ_ENOUGH)
      const inbound = hop.inboundOf(call)
      const { answered, remember } = hop
      const to = { call, reply, inbound, answered, remember, giveUp }
      const delivery = await deliver(parts, response, to)
      if (delivery === 'detached') return detachCall(parts, request, call)
      outcomes.answered(server, call.elapsedMs)
    } catch (error) {
      await failCall(parts, request, call, error)
    } finally {
      stream.abort(READ_ENOUGH)
    }
  })
}

/** What a step before the call refuses by throwing is answered as any refusal. */
function refusing(carry: CarryRequest): CarryRequest {
  return async (request, signal) => {
    try {
      await carry(request, signal)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      await sendProblem(request.reply, request.codec, request.message.idText ?? 'null', error)
    }
  }
}

/** A request about a task is a request of the tool that began it: the handle proves which one that was. */
function refuseToCarry(
  authorizer: Authorizer,
  { caller, message, handle }: ClientRequest,
  server: ServerEntity,
  name: string | undefined,
): Problem | undefined {
  return handle?.kind === 'task'
    ? refusalToCarry(authorizer, caller, server, 'tools/call', handle.task.handle.tool)
    : refusalToCarry(authorizer, caller, server, message.method, name)
}

/** What the next hop's `Mcp-Name` says when it is not what the client's said. */
function nameThere({ handle }: ClientRequest, name: string | undefined): string | undefined {
  return handle?.kind === 'task' ? handle.task.handle.taskId : name
}

function nameOf(route: { readonly name?: string }): { readonly name?: string } {
  return route.name === undefined ? {} : { name: route.name }
}
