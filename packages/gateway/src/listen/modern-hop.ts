import { memberOf, textOf } from '../protocol/json/span.ts'
import type { Message } from '../protocol/message.ts'
import { META_CAPABILITIES } from '../protocol/rev-2026-07-28/codec.ts'
import type { Ask } from '../upstream/ask.ts'
import { withDeadline } from '../upstream/deadline.ts'
import { sendHttp } from '../upstream/http/http-upstream.ts'
import type { HttpPools } from '../upstream/http/pools.ts'
import { envelopeHeaders, requestText, withEnvelope } from '../upstream/own-request.ts'
import { readAnswer } from '../upstream/read-answer.ts'
import { HELD_LIST_BYTES_MAX } from '../upstream/upstream.ts'
import type { Hop } from './client-request.ts'
import { inboundOf } from './delivery/inbound.ts'
import { heldBytesFor } from './held-bytes.ts'

/** The modern way: every request stands alone, and closing its stream cancels it. */
export function createModernHop(pools: HttpPools, mintId: () => number, message: Message): Hop {
  return {
    sessionId: undefined,
    ask: createModernAsk(pools, mintId, capabilitiesOf(message)),
    send: (call, text, headers, signal) =>
      sendHttp(pools, call.facts.server, {
        method: 'POST',
        body: text,
        headers,
        signal,
        heldBytesMax: heldBytesFor(call.facts.method),
      }),
    inboundOf,
    cancel: () => undefined,
    remember: () => undefined,
  }
}

/** Puts modern requests of the gateway's own to servers, with the capabilities of whoever it asks for. */
export function createModernAsk(pools: HttpPools, mintId: () => number, capabilitiesText: string): Ask {
  return async (server, method, options = {}) => {
    const id = mintId()
    const paramsText = withEnvelope(options.paramsText, capabilitiesText)
    const work = async (signal: AbortSignal): ReturnType<Ask> => {
      const response = await sendHttp(pools, server, {
        method: 'POST',
        body: requestText(id, method, paramsText),
        headers: envelopeHeaders(method, paramsText),
        signal,
        heldBytesMax: HELD_LIST_BYTES_MAX,
      })
      return await readAnswer(response, id, ({ kind, text }) => {
        if (kind === 'notification') options.onNotification?.(text)
      })
    }
    if (options.open === true && options.signal !== undefined) return await work(options.signal)
    return await withDeadline(server.limits.callTimeoutMs, options.signal, work)
  }
}

function capabilitiesOf(message: Message): string {
  const member = memberOf(message.meta, META_CAPABILITIES)
  return member === undefined ? '{}' : textOf(message.text, member.value)
}
