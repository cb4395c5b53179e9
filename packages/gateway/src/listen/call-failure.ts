import { Problem } from '@mcp-orchestra/kernel'
import { failureOf, CallAbort } from '../upstream/call-abort.ts'
import type { Call } from '../upstream/call.ts'
import type { ClientRequest } from './client-request.ts'
import { connectQuestion } from './connect-question.ts'
import { isAboutAccount } from '../upstream/problems.ts'
import { sendFinal, sendProblem } from './delivery/refusal.ts'
import type { RelayParts } from './relay-parts.ts'

/** Refusals that say nothing of a server's health; the second depends on what a caller asked for. */
const NOT_THE_SERVER: ReadonlySet<string> = new Set([
  'upstream.busy',
  'upstream.credential_refused',
])

/** Ends a call that failed: releases its charge, tells the server and the client, each where it helps. */
export async function failCall(
  parts: RelayParts,
  request: ClientRequest,
  call: Call,
  error: unknown,
): Promise<void> {
  const { reply, codec, hop } = request
  const { outcome, problem } = failureOf(error)
  const isBug = !(error instanceof Problem) && !(error instanceof CallAbort)
  if (isBug) parts.onBug(error, reply.requestId)
  if (problem !== undefined && isAboutAccount(problem)) parts.outcomes.connected(call.facts.server)
  else if (
    !isBug &&
    problem?.code.startsWith('upstream.') === true &&
    !NOT_THE_SERVER.has(problem.code)
  ) {
    parts.outcomes.failed(call.facts.server, problem.detail ?? problem.kind.title)
  }
  const isEndedByUs = problem !== undefined && (outcome === 'timeout' || outcome === 'cancelled')
  if (!codec.closeCancels && isEndedByUs) hop.cancel(call)
  try {
    await call.settle(outcome, 0)
  } catch (settleError) {
    // A release that cannot be recorded costs the platform, not the payer; the client hears the first cause.
    if (settleError !== error) parts.onBug(settleError, reply.requestId)
  }
  if (problem !== undefined) {
    const { idText } = call.facts
    const question = connectQuestion(request, idText, problem)
    if (question !== undefined) return await sendFinal(reply, 200, question)
    return await sendProblem(reply, codec, idText, problem)
  }
  // Cancelled by the client: there is no response to send (MCP, cancellation), only an end.
  reply.startEvents()
  reply.end()
}

/** Lets a call go on without a stream: it ends by its answer on a resumed stream, or by its deadline. */
export function detachCall(parts: RelayParts, request: ClientRequest, call: Call): void {
  if (call.isSettled) return
  const expire = (): void => {
    failCall(parts, request, call, call.signal.reason).catch((error: unknown) => {
      parts.onBug(error, request.reply.requestId)
    })
  }
  if (call.signal.aborted) expire()
  else call.signal.addEventListener('abort', expire, { once: true })
}
