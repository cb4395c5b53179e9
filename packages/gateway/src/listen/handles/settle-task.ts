import { META_USAGE } from '@mcp-orchestra/api/mcp-meta'
import type { ChargeDecision, OpenCharge } from '../../charge/charge.ts'
import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import type { Message } from '../../protocol/message.ts'
import type { Call } from '../../upstream/call.ts'
import type { TaskFacts } from '../../upstream/task-facts.ts'
import { receiptText, repeatedReceiptText } from '../delivery/receipt.ts'
import { settleDurably } from '../delivery/settle-durably.ts'

/**
 * Settles a request about a task: what it says is free, but for the finished result of a priced tool, which is
 * paid for before it leaves, once, however often it is fetched (ADR-0019). Gives the receipt's text; throws the
 * problem when it cannot be paid for: the result is then withheld, and waits at the server.
 */
export async function settleTask(
  call: Call,
  { buy }: TaskFacts,
  message: Message,
  bytes: number,
): Promise<string | undefined> {
  const done = finishedResult(message)
  if (buy === undefined || done === undefined) {
    await call.settle(message.isError ? 'rpc_error' : 'complete', bytes)
    return undefined
  }
  const decision = await buy()
  if (decision.kind !== 'proceed') {
    const eventId = paidBefore(decision)
    await call.settle('complete', bytes)
    return repeatedReceiptText(eventId)
  }
  if (call.isSettled) return await giveBack(decision.charge)
  call.bind(decision.charge)
  const isError = memberOf(done, 'isError')
  const outcome =
    isError !== undefined && textOf(message.text, isError.value) === 'true'
      ? 'tool_error'
      : 'complete'
  const resultText = textOf(message.text, done.span)
  const settlement = await settleDurably(call, () =>
    call.settle(outcome, bytes, { text: resultText, usageText: usageIn(done, message.text) }),
  )
  return settlement === undefined ? undefined : receiptText(settlement)
}

/** What the `_meta` of the tool's own result says of tokens. */
function usageIn(done: ScannedObject, text: string): string | undefined {
  const meta = memberOf(done, '_meta')
  const usage = meta && memberOf(scanObject(text, meta.value.start), META_USAGE)
  return usage && textOf(text, usage.value)
}

/** The event of the purchase that was made before; its result is at the server, whether we kept it or not. */
function paidBefore(decision: Exclude<ChargeDecision, { kind: 'proceed' }>): string {
  if (decision.kind === 'stored') return decision.eventId
  const { problem } = decision
  const { eventId } = problem.members
  if (problem.code === 'charge.outcome_not_kept' && typeof eventId === 'string') return eventId
  throw problem
}

/** Somebody ended the call while its charge was opened: nothing is delivered, and nothing is paid. */
async function giveBack(charge: OpenCharge): Promise<undefined> {
  await charge.settle({
    outcome: 'cancelled',
    durationMs: 0,
    resultBytes: 0,
    resultText: undefined,
  })
}

/** The tool's own result in a task that is completed. */
export function finishedResult({ result, text }: Message): ScannedObject | undefined {
  if (stringAt(text, memberOf(result, 'status')?.value) !== 'completed') return undefined
  const member = memberOf(result, 'result')
  return member === undefined ? undefined : scanObject(text, member.value.start)
}
