import type { CancelSignal } from '../cancel.ts'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { Codec, HeaderBag } from '../protocol/codec.ts'
import { readMessage, type Message } from '../protocol/message.ts'
import type { Endpoint, PlainRequest } from '../route/endpoint.ts'
import type { Ask } from '../upstream/ask.ts'
import type { Call } from '../upstream/call.ts'
import type { UpstreamResponse } from '../upstream/upstream.ts'
import type { ReadInbound } from './delivery/inbound.ts'
import type { CarriedHandle } from './handles/handles.ts'
import type { Reply } from './reply.ts'

/** The way from one client request to servers: over a session's links (legacy) or statelessly (modern). */
export interface Hop {
  readonly sessionId: string | undefined
  /** The JSON text of the capabilities that the client has declared. */
  readonly capabilitiesText: string
  readonly ask: Ask
  /** Sends a call; `signal` gives the answer's stream up without cancelling the call. */
  send(
    call: Call,
    text: string,
    headers: Readonly<Record<string, string>>,
    signal: CancelSignal,
  ): Promise<UpstreamResponse>
  /** Told of the result of `initialize`, as its JSON text: it decides the revision. */
  greeted(resultText: string): void
  /** Told of the result of a call before it is sent. */
  answered(call: Call, resultText: string): void
  /** Reads what comes back for the call. */
  inboundOf(call: Call): ReadInbound
  /** Tells the server that nobody waits any more, where closing the stream does not say so; never rejects. */
  cancel(call: Call): void
  /** Keeps a final response for a client that may resume. */
  remember(call: Call, text: string): void
}

/** One message of an authorized client, read and checked, with the way on and the way back. */
export type ClientRequest = {
  readonly caller: CallerIdentity
  readonly endpoint: Endpoint
  readonly codec: Codec
  readonly message: Message
  readonly headers: HeaderBag
  readonly reply: Reply
  readonly hop: Hop
  /** The sealed handle that it carried, opened (modern). */
  readonly handle?: CarriedHandle | undefined
  /** What it answered to our own question (modern); the message is without it. */
  readonly connectAnswer?: string | undefined
}

/** The request that another one stands for (`call_tool`): from here on there is no other one. */
export function plainRequest(sent: ClientRequest, asked: PlainRequest | undefined): ClientRequest {
  if (asked === undefined) return sent
  // Headers that mirrored the arguments of the other request say nothing of this one's (MCP 2026-07-28, `Mcp-Param-*`).
  const kept = Object.entries(sent.headers).filter(([name]) => !name.startsWith('mcp-param-'))
  const headers = { ...Object.fromEntries(kept), ...asked.headers }
  return { ...sent, message: readMessage(asked.text), headers }
}
