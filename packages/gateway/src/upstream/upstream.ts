import type { CancelSignal } from '../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { StreamEvent } from '../protocol/sse/stream-event.ts'

/** What a server answered to one message, at the level that a relay needs. */
export type UpstreamResponse = {
  readonly status: number
  /** The server's own `Mcp-Session-Id`, when it gave one. */
  readonly sessionId: string | undefined
  readonly body: UpstreamBody
}

/** The body of an answer; streams are pulled, so a slow reader slows the server down. */
export type UpstreamBody =
  /** One JSON text, held whole. */
  | { readonly kind: 'message'; readonly text: string }
  /** A JSON body over the holding limit, chunk by chunk. */
  | { readonly kind: 'large'; readonly chunks: AsyncIterable<Uint8Array> }
  /** Events until the stream ends; `native` ones came as SSE and may carry resumable ids. */
  | {
      readonly kind: 'events'
      readonly native: boolean
      readonly events: AsyncIterable<StreamEvent>
    }
  /** Nothing, or something that is neither JSON nor events: `detail` says what, for people. */
  | { readonly kind: 'none'; readonly detail: string }

/** How one message is sent. */
export type SendOptions = {
  /** The JSON-RPC method; empty for a response. */
  readonly method: string
  /** The minted id of a request; undefined for notifications and responses. */
  readonly id: number | undefined
  /** The codec's headers for this hop. */
  readonly headers: Readonly<Record<string, string>>
  readonly signal: CancelSignal
  /** JSON bodies up to this are held whole, in bytes. */
  readonly heldBytesMax: number
  /** The deadline of the call that this is sent for, stopped while the client is asked something. */
  readonly deadline?: Deadline
}

/** A deadline that can be stopped: a person's time to think is not the server's. */
export interface Deadline {
  pauseDeadline(): void
  resumeDeadline(): void
}

/** How the stream of unasked messages is opened. */
export type ListenOptions = Pick<SendOptions, 'headers' | 'signal'>

/** A legacy session with one server, for one client session or shared by the sessions of one caller. */
export interface UpstreamLink {
  readonly server: ServerEntity
  send(text: string, options: SendOptions): Promise<UpstreamResponse>
  /** Opens the stream of what the server sends unasked; `lastEventId` is the server's own, opaque. */
  listen(lastEventId: string | undefined, options: ListenOptions): Promise<UpstreamResponse>
  /** Says which revision the server chose, where it is another than the client's; absent where messages do not name theirs. */
  speak?(revision: string): void
  /** What it takes to go on with the session from another process; absent or undefined when some of it lives in this one. */
  kept?(): KeptLink | undefined
  /** Ends this side's use of the session; never rejects. */
  close(): Promise<void>
}

/** A session that lives at the server alone: its own id of it (null when it keeps none), and the revision that is spoken. */
export type KeptLink = {
  readonly sessionId: string | null
  readonly revision: string | null
  /** Of a session with a modern server, which keeps nothing: it is rebuilt from the client's greeting and this. */
  readonly offer?: ModernOffer | undefined
}

/** What a modern server offers to a legacy session. */
export type ModernOffer = {
  /** The lists whose changes it tells, as bits. */
  readonly lists: number
  readonly subscribe: boolean
  readonly logging: boolean
}

/** The server no longer knows the session: the client has to initialize again (MCP 2025-11-25, session management). */
export class SessionLost extends Error {
  override name = 'SessionLost'
}

/** JSON results up to 1 MiB are held, settled and sent in one write; larger ones stream. */
export const HELD_BYTES_MAX = 1024 * 1024
/** Lists are held whole up to 16 MiB: prices are spliced into every tool. */
export const HELD_LIST_BYTES_MAX = 16 * 1024 * 1024
