import type { CancelSignal } from '../cancel.ts'
import type { Ask } from './ask.ts'
import { withDeadline } from './deadline.ts'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { ModernUpstream } from './modern-upstream.ts'
import { envelopeHeaders, requestText, withEnvelope } from './own-request.ts'
import { readAnswer } from './read-answer.ts'
import { HELD_LIST_BYTES_MAX } from './upstream.ts'

/** Puts modern requests of the gateway's own to servers, with the capabilities of whoever it asks for. */
export function createModernAsk(
  upstream: ModernUpstream,
  mintId: () => number,
  who: { readonly caller: CallerIdentity | undefined; readonly capabilitiesText: string },
): Ask {
  return async (server, method, options = {}) => {
    const id = mintId()
    const paramsText = withEnvelope(options.paramsText, who.capabilitiesText)
    const work = async (signal: CancelSignal): ReturnType<Ask> => {
      const response = await upstream.send(server, {
        caller: who.caller,
        id,
        method,
        text: requestText(id, method, paramsText),
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
