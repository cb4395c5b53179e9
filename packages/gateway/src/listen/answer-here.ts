import { splice } from '../protocol/json/splice.ts'
import { memberOf } from '../protocol/json/span.ts'
import { scanObject } from '../protocol/json/scan.ts'
import { errorMessage, resultMessage } from '../protocol/message.ts'
import { metaEdits } from '../protocol/rewrite.ts'
import { messageEvent } from '../protocol/sse/event.ts'
import type { ChargeDecision } from '../charge/charge.ts'
import type { Route } from '../route/endpoint.ts'
import type { Call } from '../upstream/call.ts'
import type { ClientRequest } from './client-request.ts'
import { receiptMeta, repeatedReceiptText } from './delivery/receipt.ts'
import { sendProblem } from './delivery/refusal.ts'

/** Answers a request that goes to no server. */
export async function answerHere(
  request: ClientRequest,
  route: Exclude<Route, { kind: 'relay' }>,
): Promise<void> {
  const { reply, codec, message } = request
  const idText = message.idText ?? 'null'
  switch (route.kind) {
    case 'answer':
      if (message.method === 'initialize') request.hop.greeted(route.resultText)
      return reply.json(200, resultMessage(idText, route.resultText))
    case 'error': {
      const status = codec.era === 'modern' ? route.status : 200
      return reply.json(status, errorMessage(idText, route.code, route.message, route.dataText))
    }
    case 'refused':
      return await sendProblem(reply, codec, idText, route.problem)
    case 'broadcast':
      return reply.json(200, resultMessage(idText, '{}'))
    case 'produce': {
      reply.startEvents()
      const resultText = await route.produce((text) => reply.event(messageEvent(text)))
      await reply.event(messageEvent(resultMessage(idText, resultText)))
      return reply.end()
    }
  }
}

/** Answers a keyed purchase that is complete with its stored result, the caller's id and a receipt of the first run. */
export async function answerStored(
  request: ClientRequest,
  call: Call,
  decision: Extract<ChargeDecision, { kind: 'stored' }>,
): Promise<void> {
  await call.settle('complete', 0)
  const resultText = (await call.facts.readdress?.(decision.resultText)) ?? decision.resultText
  const result = scanObject(resultText)
  const member = memberOf(result, '_meta')
  const meta = member === undefined ? undefined : scanObject(resultText, member.value.start)
  const edits =
    result === undefined
      ? []
      : metaEdits(result, meta, receiptMeta(repeatedReceiptText(decision.eventId)))
  request.reply.json(200, resultMessage(call.facts.idText, splice(resultText, edits)))
}
