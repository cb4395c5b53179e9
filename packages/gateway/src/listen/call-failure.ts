import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import { Problem, toWire } from '@mcp-orchestra/kernel'
import type { Settlement } from '../charge/charge.ts'
import { refuse } from '../charge/problems.ts'
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

/** Ends that the server has to hear of. */
const ENDED_BY_US: ReadonlySet<CallOutcomeKind> = new Set(['timeout', 'cancelled', 'limit_reached'])

/** Ends a call that failed: releases its charge, tells the server and the client, each where it helps. */
export async function failCall(
  parts: RelayParts,
  request: ClientRequest,
  call: Call,
  error: unknown,
): Promise<void> {
  const { reply, codec, hop } = request
  const failure = failureOf(error)
  const { outcome } = failure
  let { problem } = failure
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
  const isEndedByUs = problem !== undefined && ENDED_BY_US.has(outcome)
  if (!codec.closeCancels && isEndedByUs) hop.cancel(call)
  try {
    const settlement = await call.settle(outcome, 0)
    if (outcome === 'limit_reached') problem = limitReached(settlement)
  } catch (settleError) {
    // A release that cannot be recorded costs the platform, not the payer; the client hears the first cause.
    if (outcome === 'limit_reached' && settleError instanceof Problem) problem = settleError
    else if (settleError !== error) parts.onBug(settleError, reply.requestId)
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

/** What a client is told of a call that was stopped: what it has, and what that cost. */
function limitReached(settlement: Settlement | undefined): Problem {
  if (settlement === undefined) return refuse('charge.limit_reached')
  const { charged, eventId, units } = settlement
  const delivered = { eventId, charged: toWire(charged), units: units ?? { input: 0, output: 0 } }
  return refuse('charge.limit_reached', { members: { delivered } })
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
