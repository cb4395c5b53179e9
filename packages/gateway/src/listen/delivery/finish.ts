import { Problem } from '@mcp-orchestra/kernel'
import type { Settlement } from '../../charge/charge.ts'
import type { Authorizer } from '../../authorize/authorizer.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { splice, type Edit } from '../../protocol/json/splice.ts'
import { metaText, type Message } from '../../protocol/message.ts'
import { metaEdits } from '../../protocol/rewrite.ts'
import type { ToolCatalog } from '../../route/tool-catalog.ts'
import type { SnapshotReplica } from '../../snapshot/replica.ts'
import type { Call } from '../../upstream/call.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { META_SUBSCRIPTION, subscriptionText } from './inbound.ts'
import { receiptMeta, receiptText } from './receipt.ts'
import { observedTools, toolListEdits } from './tool-list.ts'

/** What the last step of a call needs to know. */
export type FinishParts = {
  readonly authorizer: Authorizer
  readonly replica: Pick<SnapshotReplica, 'priceOf'>
  readonly catalog: ToolCatalog
}

/** The final response as the client gets it, after the charge is durable. */
export type Final = { readonly text: string; readonly isError: boolean }

/**
 * Settles a call by its final response and writes the client's text of it. Undefined when the call was
 * settled otherwise before (it timed out, was cancelled): the response is then for nobody. Rejects with
 * the problem when the charge cannot be made durable: then the result must not be delivered.
 */
export async function finishCall(
  parts: FinishParts,
  call: Call,
  message: Message,
): Promise<Final | undefined> {
  if (call.isSettled) return undefined
  const bytes = Buffer.byteLength(message.text)
  const { resultBytesMax } = call.facts.server.limits
  if (bytes > resultBytesMax) {
    throw refuseUpstream('upstream.result_too_large', {
      detail: `${bytes} bytes, the limit is ${resultBytesMax}`,
    })
  }
  const settlement = await settleBy(call, message, bytes)
  const receipt =
    call.isPaid && settlement !== undefined ? receiptMeta(receiptText(settlement)) : NO_RECEIPT
  return { text: clientText(parts, call, message, receipt), isError: message.isError }
}

const NO_RECEIPT: ReadonlyMap<string, string> = new Map()

function settleBy(call: Call, message: Message, bytes: number): Promise<Settlement | undefined> {
  const outcome = call.facts.codec.outcomeOf({
    isRpcError: message.isError,
    isErrorText: memberText(message, 'isError'),
    resultTypeText: memberText(message, 'resultType'),
  })
  const resultText =
    message.result === undefined ? undefined : textOf(message.text, message.result.span)
  return settleDurably(call, () => call.settle(outcome, bytes, resultText))
}

/** Settles; whatever the charge path throws becomes a problem, so that the client is told that nothing was charged. */
export async function settleDurably(
  call: Call,
  settle: () => Promise<Settlement | undefined>,
): Promise<Settlement | undefined> {
  try {
    return await settle()
  } catch (error) {
    if (error instanceof Problem) throw error
    throw refuseUpstream('upstream.busy', {
      detail: `the charge for ${call.facts.method} could not be recorded`,
      cause: error,
    })
  }
}

function clientText(
  parts: FinishParts,
  call: Call,
  message: Message,
  receipt: ReadonlyMap<string, string>,
): string {
  const { text, result } = message
  const edits: Edit[] = []
  const id = memberOf(message.root, 'id')
  // A server that could not read the id answers with null: that stays, as it would without us.
  if (id !== undefined && message.idText !== 'null')
    edits.push({ start: id.value.start, end: id.value.end, text: call.facts.idText })
  if (result === undefined) return splice(text, edits)
  const subscription = subscriptionText(call, metaText(message, META_SUBSCRIPTION))
  const set =
    subscription === undefined ? receipt : new Map([...receipt, [META_SUBSCRIPTION, subscription]])
  edits.push(...metaEdits(result, message.meta, set))
  if (call.facts.method === 'tools/list') edits.push(...listEdits(parts, call, message))
  return splice(text, edits)
}

function listEdits(
  { authorizer, catalog, replica }: FinishParts,
  call: Call,
  { text, result }: Message,
): Edit[] {
  if (result === undefined) return []
  const { caller, server, isFirstPage } = call.facts
  const isWhole = isFirstPage && memberOf(result, 'nextCursor') === undefined
  catalog.observe(server, observedTools(text, result), isWhole)
  return toolListEdits(text, result, {
    mayCall: (tool) => authorizer.mayCall(caller, server, tool) === undefined,
    priceOf: (tool) => (server.announcePrices ? replica.priceOf(server.id, tool) : undefined),
  })
}

function memberText(message: Message, key: string): string | undefined {
  const member = memberOf(message.result, key)
  return member === undefined ? undefined : textOf(message.text, member.value)
}
