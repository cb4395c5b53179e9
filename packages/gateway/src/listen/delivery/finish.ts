import { META_USAGE } from '@mcp-orchestra/api/mcp-meta'
import type { Authorizer } from '../../authorize/authorizer.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { splice, type Edit } from '../../protocol/json/splice.ts'
import { metaText, readMessage, type Message } from '../../protocol/message.ts'
import { metaEdits } from '../../protocol/rewrite.ts'
import type { ToolCatalog } from '../../route/tool-catalog.ts'
import type { SnapshotReplica } from '../../snapshot/replica.ts'
import type { Call } from '../../upstream/call.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import type { Handles } from '../handles/handles.ts'
import { sealResult } from '../handles/seal-result.ts'
import { settleTask } from '../handles/settle-task.ts'
import { META_SUBSCRIPTION, subscriptionText } from './inbound.ts'
import { receiptMeta, receiptText } from './receipt.ts'
import { settleDurably } from './settle-durably.ts'
import { observedTools, toolListEdits } from './tool-list.ts'

/** What the last step of a call needs to know. */
export type FinishParts = {
  readonly authorizer: Authorizer
  readonly replica: Pick<SnapshotReplica, 'priceOf'>
  readonly catalog: ToolCatalog
  readonly handles: Handles
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
  // Before the charge: what fails here is our fault, and is not paid for.
  const shown = await readdressed(call, message)
  if (call.isSettled) return undefined
  const { task } = call.facts
  const receipt =
    task === undefined
      ? await settleBy(call, message, bytes)
      : await settleTask(call, task, message, bytes)
  const sealed = sealResult(parts.handles, call, shown)
  const meta = receipt === undefined ? NO_RECEIPT : receiptMeta(receipt)
  return { text: clientText(parts, call, sealed, meta), isError: message.isError }
}

/** The response with URIs as they lead back to its server at the client's endpoint. */
async function readdressed(call: Call, message: Message): Promise<Message> {
  const { readdress } = call.facts
  if (readdress === undefined || message.result === undefined) return message
  const { span } = message.result
  const before = textOf(message.text, span)
  const after = await readdress(before)
  return after === before ? message : readMessage(splice(message.text, [{ ...span, text: after }]))
}

const NO_RECEIPT: ReadonlyMap<string, string> = new Map()

/** Settles by what the response says; gives the receipt's text of a call that has a price. */
async function settleBy(call: Call, message: Message, bytes: number): Promise<string | undefined> {
  const outcome = call.facts.codec.outcomeOf({
    isRpcError: message.isError,
    isErrorText: memberText(message, 'isError'),
    resultTypeText: memberText(message, 'resultType'),
  })
  const resultText =
    message.result === undefined ? undefined : textOf(message.text, message.result.span)
  const settlement = await settleDurably(call, () =>
    call.settle(outcome, bytes, { text: resultText, usageText: metaText(message, META_USAGE) }),
  )
  return call.isPaid && settlement !== undefined ? receiptText(settlement) : undefined
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
