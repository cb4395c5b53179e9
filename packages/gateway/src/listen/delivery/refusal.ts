import {
  RPC_FORBIDDEN,
  RPC_INSUFFICIENT_FUNDS,
  RPC_PURCHASE_CONFLICT,
  RPC_RATE_LIMITED,
  RPC_UNAVAILABLE,
} from '@mcp-orchestra/api/mcp-meta'
import { toProblemDocument, type Problem } from '@mcp-orchestra/kernel'
import type { Codec, RpcRefusal } from '../../protocol/codec.ts'
import { errorMessage } from '../../protocol/message.ts'
import { messageEvent } from '../../protocol/sse/event.ts'
import type { Reply } from '../reply.ts'

/** JSON-RPC codes by HTTP status, for problems whose table names none (architecture §10). */
const RPC_CODES: Readonly<Record<number, number>> = {
  402: RPC_INSUFFICIENT_FUNDS,
  403: RPC_FORBIDDEN,
  409: RPC_PURCHASE_CONFLICT,
  429: RPC_RATE_LIMITED,
}

/** A refusal inside JSON-RPC: our code, a sentence for people, and the problem document as data. */
export function problemMessage(idText: string, problem: Problem, requestId: string): string {
  const { rpcCode, status, title } = problem.kind
  const code = rpcCode ?? RPC_CODES[status] ?? (status >= 500 ? RPC_UNAVAILABLE : status * 1000 + 1)
  const sentence = problem.detail === undefined ? title : `${title} (${problem.detail})`
  return errorMessage(idText, code, sentence, JSON.stringify(toProblemDocument(problem, requestId)))
}

/** Refuses a request: as a JSON body, or as the last event when the stream has begun. Never throws. */
export async function sendProblem(
  reply: Reply,
  codec: Codec,
  idText: string,
  problem: Problem,
): Promise<void> {
  if (problem.retryAfterSeconds !== undefined && !reply.isStarted)
    reply.setHeader('retry-after', String(problem.retryAfterSeconds))
  // What HTTP itself prescribes (an unknown session is 404) holds in both eras.
  const isHttp = problem.code.startsWith('listen.')
  const status = isHttp ? problem.kind.status : codec.statusOf(problem.kind.status)
  await sendFinal(reply, status, problemMessage(idText, problem, reply.requestId))
}

/** Ends a request with a message of ours: as a JSON body, or as the last event when the stream has begun. Never throws. */
export async function sendFinal(reply: Reply, status: number, text: string): Promise<void> {
  if (reply.isStuck) return reply.break()
  if (reply.isEvents) {
    await reply.event(messageEvent(text))
    reply.end()
    return
  }
  // Half a JSON body cannot become an error any more: the client has to see that it is not whole.
  if (reply.isStarted) return reply.break()
  reply.json(status, text)
}

/** Answers with an error that the revision prescribes. */
export function sendRpcRefusal(reply: Reply, idText: string, refusal: RpcRefusal): void {
  const dataText = refusal.data === undefined ? undefined : JSON.stringify(refusal.data)
  reply.json(refusal.status, errorMessage(idText, refusal.code, refusal.message, dataText))
}
