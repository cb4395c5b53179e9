import type { Call } from '../../upstream/call.ts'
import { metaText, paramText, type Message } from '../../protocol/message.ts'
import { rewriteMeta, rewriteParams } from '../../protocol/rewrite.ts'

/** What a message from a server is for the client that waits. */
export type Inbound =
  /** The final response of a call in flight. */
  | { readonly kind: 'final'; readonly call: Call }
  /** To be delivered as this text, with ids and tokens as the client knows them. */
  | {
      readonly kind: 'forward'
      readonly text: string
      /** The call whose progress it is: a part of its result, where that streams. */
      readonly progressOf?: Call
    }
  /** For nobody: a late answer, progress that was not asked for. */
  | { readonly kind: 'drop' }

/** Reads messages of one upstream for one client: ids and progress tokens go back to what the client chose. */
export type ReadInbound = (message: Message) => Inbound

export const DROP: Inbound = { kind: 'drop' }

/** The `_meta` key that ties messages of a listen stream to its request (MCP 2026-07-28, subscriptions). */
export const META_SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'

/** Modern: one exchange, one request; servers send no requests, and everything belongs to this call. */
export function inboundOf(call: Call): ReadInbound {
  const minted = String(call.facts.mintedId)
  return (message) => {
    if (message.kind === 'response')
      return message.idText === minted ? { kind: 'final', call } : DROP
    if (message.kind === 'request') return DROP
    if (message.method === 'notifications/progress') return progressOf(call, message)
    const restored = subscriptionText(call, metaText(message, META_SUBSCRIPTION))
    const text =
      restored === undefined ? message.text : rewriteMeta(message, META_SUBSCRIPTION, restored)
    return { kind: 'forward', text }
  }
}

/** Progress of a call with the client's own token; dropped when it asked for none or the call has ended. */
export function progressOf(call: Call, message: Message): Inbound {
  const { mintedId, tokenText } = call.facts
  if (tokenText === undefined || call.isSettled) return DROP
  if (paramText(message, 'progressToken') !== String(mintedId)) return DROP
  const text = rewriteParams(message, 'progressToken', tokenText)
  return { kind: 'forward', text, progressOf: call }
}

/** The client's own id in place of ours, as number or as string, whichever the server wrote. */
export function subscriptionText(call: Call, rawText: string | undefined): string | undefined {
  const { mintedId, idText } = call.facts
  if (rawText === String(mintedId)) return idText
  if (rawText !== `"${mintedId}"`) return undefined
  return idText.startsWith('"') ? idText : JSON.stringify(idText)
}
