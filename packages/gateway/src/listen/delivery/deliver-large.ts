import { META_USAGE } from '@mcp-orchestra/api/mcp-meta'
import {
  LargeResult,
  LargeResultError,
  type LargeResultTail,
} from '../../protocol/json/large-result.ts'
import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { editMeta } from '../../protocol/rewrite.ts'
import type { Settlement } from '../../charge/charge.ts'
import type { Call } from '../../upstream/call.ts'
import { abortReason } from '../../upstream/http/exchange.ts'
import { largeProblem } from '../../upstream/large-problem.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { Reply } from '../reply.ts'
import { META_SUBSCRIPTION, subscriptionText } from './inbound.ts'
import { receiptMeta, receiptText } from './receipt.ts'
import { settleDurably } from './settle-durably.ts'

/** Results with a handle that has to be sealed, by the raw text of `resultType`: their bytes cannot leave as they came. */
const HANDLED = new Set(['"input_required"', '"task"'])

/** How the parts of a large result are put into the answer: as its body, or as the data of an event. */
export type LargeAnswer = { readonly start: () => void; readonly end?: () => void }

/**
 * Streams a large result to the client with its id put back. The result's closing brace leaves only when the charge is
 * durable; whatever fails before, the client cannot take what it has for whole. What is refused is what would be
 * refused of a small result, and our own keys in `_meta` are taken out as there: a server cannot write a receipt. The
 * `_meta` of a paid result is held until its end, where the receipt is known.
 */
export async function deliverLarge(
  call: Call,
  chunks: AsyncIterable<Uint8Array>,
  reply: Reply,
  answer: LargeAnswer,
): Promise<void> {
  let ownMeta: string | undefined
  const large = new LargeResult({
    idText: call.facts.idText,
    bytesMax: Math.min(call.facts.server.limits.resultBytesMax, reply.jsonBytesMax),
    edits: new Map([
      [
        '_meta',
        (text) => {
          ownMeta = text
          return call.isPaid ? undefined : editMeta(text, restored(call, text))
        },
      ],
    ]),
  })
  let isStarted = false
  try {
    for await (const chunk of chunks) {
      for (const part of large.push(chunk)) {
        if (!isStarted) answer.start()
        isStarted = true
        await reply.bytes(part, call.signal)
        if (call.signal.aborted) throw abortReason(call.signal)
      }
    }
    const tail = large.end()
    const settlement = await settleBy(call, tail, ownMeta)
    if (settlement === 'too late') return reply.break()
    await reply.bytes(
      tail.finish(call.isPaid ? lastMeta(call, tail, ownMeta, settlement) : undefined),
    )
    answer.end?.()
    reply.end()
  } catch (error) {
    throw error instanceof LargeResultError ? largeProblem(error) : error
  }
}

async function settleBy(
  call: Call,
  { end }: LargeResultTail,
  ownMeta: string | undefined,
): Promise<Settlement | 'too late' | undefined> {
  const { idText, kind } = end
  const isUnread = kind === 'error' && (idText === undefined || idText === 'null')
  if (idText !== String(call.facts.mintedId) && !isUnread) {
    throw refuseUpstream('upstream.invalid_answer', { detail: 'the answer is for another request' })
  }
  if (HANDLED.has(end.resultTypeText ?? '')) {
    throw refuseUpstream('upstream.result_too_large', {
      detail: 'a result that asks for input or begins a task has to be held, and is too large',
    })
  }
  const outcome = call.facts.codec.outcomeOf({
    isRpcError: kind === 'error',
    isErrorText: end.isErrorText,
    resultTypeText: end.resultTypeText,
  })
  if (call.isSettled) return 'too late'
  const usageText = memberTextOf(ownMeta, META_USAGE)
  return await settleDurably(call, () => call.settle(outcome, end.bytes, { usageText }))
}

/** The `_meta` of a paid result: the server's own without our keys, and the receipt. */
function lastMeta(
  call: Call,
  { end }: LargeResultTail,
  ownMeta: string | undefined,
  settlement: Settlement | undefined,
): ReadonlyMap<string, string> | undefined {
  if (end.kind !== 'result') return undefined
  const receipt = settlement === undefined ? [] : receiptMeta(receiptText(settlement))
  const text = editMeta(ownMeta, new Map([...receipt, ...restored(call, ownMeta ?? 'null')]))
  return text === undefined ? undefined : new Map([['_meta', text]])
}

/** The client's own id of the subscription that the result is about. */
function restored(call: Call, metaText: string): ReadonlyMap<string, string> {
  const text = subscriptionText(call, memberTextOf(metaText, META_SUBSCRIPTION))
  return text === undefined ? new Map() : new Map([[META_SUBSCRIPTION, text]])
}

/** The exact text of a member of a `_meta`, of which no two have one key. */
function memberTextOf(metaText: string | undefined, key: string): string | undefined {
  if (metaText === undefined) return undefined
  const member = memberOf(scanObject(metaText), key)
  return member === undefined ? undefined : textOf(metaText, member.value)
}
