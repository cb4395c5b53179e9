import { memberOf, textOf } from '../protocol/json/span.ts'
import type { Message } from '../protocol/message.ts'
import { META_CAPABILITIES } from '../protocol/rev-2026-07-28/codec.ts'
import type { CallerIdentity } from '../authorize/caller.ts'
import { createModernAsk } from '../upstream/modern-ask.ts'
import type { ModernUpstream } from '../upstream/modern-upstream.ts'
import type { Hop } from './client-request.ts'
import { inboundOf } from './delivery/inbound.ts'
import { heldBytesFor } from './held-bytes.ts'

/** The modern way: every request stands alone, and closing its stream cancels it. */
export function createModernHop(
  upstream: ModernUpstream,
  mintId: () => number,
  { caller, message }: { readonly caller: CallerIdentity; readonly message: Message },
): Hop {
  const capabilitiesText = capabilitiesOf(message)
  return {
    sessionId: undefined,
    capabilitiesText,
    ask: createModernAsk(upstream, mintId, { caller, capabilitiesText }),
    send: (call, text, headers, signal) =>
      upstream.send(call.facts.server, {
        caller,
        id: call.facts.mintedId,
        method: call.facts.method,
        text,
        headers,
        signal,
        heldBytesMax: heldBytesFor(call.facts.method),
      }),
    greeted: () => undefined,
    answered: () => undefined,
    inboundOf,
    cancel: () => undefined,
    remember: () => undefined,
  }
}

function capabilitiesOf(message: Message): string {
  const member = memberOf(message.meta, META_CAPABILITIES)
  return member === undefined ? '{}' : textOf(message.text, member.value)
}
