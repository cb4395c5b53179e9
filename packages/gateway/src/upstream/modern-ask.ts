import type { CancelSignal } from '../cancel.ts'
import type { Ask } from './ask.ts'
import { withDeadline } from './deadline.ts'
import { sendHttp } from './http/http-upstream.ts'
import type { HttpPools } from './http/pools.ts'
import { envelopeHeaders, requestText, withEnvelope } from './own-request.ts'
import { readAnswer } from './read-answer.ts'
import { HELD_LIST_BYTES_MAX } from './upstream.ts'

/** Puts modern requests of the gateway's own to servers, with the capabilities of whoever it asks for. */
export function createModernAsk(
  pools: HttpPools,
  mintId: () => number,
  capabilitiesText: string,
): Ask {
  return async (server, method, options = {}) => {
    const id = mintId()
    const paramsText = withEnvelope(options.paramsText, capabilitiesText)
    const work = async (signal: CancelSignal): ReturnType<Ask> => {
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
