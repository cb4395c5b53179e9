import { META_RECEIPT } from '@mcp-orchestra/api/mcp-meta'
import { LargeResult, LargeResultError } from '../../protocol/json/large-result.ts'
import type { Call } from '../../upstream/call.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { Reply } from '../reply.ts'
import { settleDurably } from './settle-durably.ts'
import { receiptText } from './receipt.ts'

/** Results with a handle that has to be sealed, by the raw text of `resultType`: their bytes cannot leave as they came. */
const HANDLED = new Set(['"input_required"', '"task"'])

/**
 * Streams a large JSON result to the client with its id put back. The result's closing brace leaves only
 * when the charge is durable; if that fails, the body stays cut and the client cannot take it for whole.
 * NOTE: a large result that has a `_meta` of its own carries no receipt, since that part has left already.
 */
export async function deliverLarge(
  call: Call,
  status: number,
  chunks: AsyncIterable<Uint8Array>,
  reply: Reply,
): Promise<void> {
  const bytesMax = Math.min(call.facts.server.limits.resultBytesMax, reply.jsonBytesMax)
  const large = new LargeResult(call.facts.idText, bytesMax)
  try {
    for await (const chunk of chunks) {
      for (const part of large.push(chunk)) {
        reply.startJson(status)
        await reply.bytes(part, call.signal)
      }
    }
    const { end, held } = large.end()
    if (end.idText !== String(call.facts.mintedId)) {
      throw refuseUpstream('upstream.invalid_answer', {
        detail: 'the answer is for another request',
      })
    }
    if (HANDLED.has(end.resultTypeText ?? '')) {
      throw refuseUpstream('upstream.result_too_large', {
        detail: 'a result that asks for input or begins a task is at most 1 MiB',
      })
    }
    const outcome = call.facts.codec.outcomeOf({
      isRpcError: end.kind === 'error',
      isErrorText: end.isErrorText,
      resultTypeText: end.resultTypeText,
    })
    if (call.isSettled) return reply.break()
    const settlement = await settleDurably(call, () => call.settle(outcome, end.bytes))
    if (call.isPaid && settlement !== undefined && end.kind === 'result' && !end.hasMeta) {
      const comma = end.isEmpty ? '' : ','
      await reply.bytes(
        Buffer.from(`${comma}"_meta":{"${META_RECEIPT}":${receiptText(settlement)}}`),
      )
    }
    await reply.bytes(held)
    reply.end()
  } catch (error) {
    if (!(error instanceof LargeResultError)) throw error
    const code =
      error.reason === 'too_large' ? 'upstream.result_too_large' : 'upstream.invalid_answer'
    throw refuseUpstream(code, { detail: error.message, cause: error })
  }
}
