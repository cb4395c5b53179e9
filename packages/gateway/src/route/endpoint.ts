import type { CancelSignal } from '../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Problem } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { Ask } from '../upstream/ask.ts'
import type { ClientTask } from '../upstream/task-facts.ts'

/** The era that a client speaks, as its request showed it (MCP 2026-07-28, era detection). */
export type ClientEra = 'legacy' | 'modern'

/** One message from a client, for an endpoint to decide about. Texts are exact slices of what came. */
export type EndpointRequest = {
  readonly caller: CallerIdentity
  readonly era: ClientEra
  /** The dated revision that the request names; for a legacy one without a header, the session's. */
  readonly revision: string
  readonly kind: 'request' | 'notification'
  /** The raw text of the JSON-RPC id; undefined for a notification. It is the subscription id of a listen stream. */
  readonly idText: string | undefined
  readonly method: string
  /** `params.name` or `params.uri`, decoded; undefined when there is none. */
  readonly target: string | undefined
  /** The JSON text of `params`, or undefined. */
  readonly paramsText: string | undefined
  /** The session's id (legacy, after `initialize`); undefined on modern. */
  readonly sessionId: string | undefined
  /** The server that the request's handle names (`tasks/*`): it decides where the request goes. */
  readonly serverId?: string | undefined
  /** The tasks that a listen stream is also for, opened. */
  readonly tasks?: readonly ClientTask[] | undefined
  /** The JSON text of the capabilities that the client has declared. */
  readonly capabilitiesText: string
  /** Speaks to upstreams in this caller's name: over the session's links (legacy) or statelessly (modern). */
  readonly ask: Ask
  /** Aborted when the client leaves (modern), the call is cancelled, or the caller is revoked. */
  readonly signal: CancelSignal
}

/** A request in place of another one: its JSON-RPC text, and headers of the client's that change with it. */
export type PlainRequest = {
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/** Takes the JSON text of a `result` and gives it with other URIs; every other byte stays. */
export type Readdress = (resultText: string) => Promise<string>

/** What becomes of a message. */
export type Route =
  /** To one server; `name` replaces `params.name`/`params.uri` when the endpoint calls it otherwise than the server. */
  | {
      readonly kind: 'relay'
      readonly server: ServerEntity
      readonly name?: string
      /** The plain request that the client's stands for (`call_tool`): carried, priced and recorded instead of it. */
      readonly asked?: PlainRequest
      /** Puts the URIs in a result into the form in which they lead back to its server here; absent when they do anyway. */
      readonly readdress?: Readdress
    }
  /** To every upstream that the session is linked to (legacy notifications such as `roots/list_changed`). */
  | { readonly kind: 'broadcast' }
  /** Answered here: the JSON text of `result`. A notification answered so is simply consumed. */
  | { readonly kind: 'answer'; readonly resultText: string }
  /** Answered here with messages before the result (`subscriptions/listen`): `send` takes whole JSON-RPC notifications. */
  | {
      readonly kind: 'produce'
      produce(send: (notificationText: string) => Promise<void>): Promise<string>
    }
  /** A JSON-RPC error that the revision prescribes (`-32601` unknown method, …); `status` is used on modern. */
  | {
      readonly kind: 'error'
      readonly code: number
      readonly message: string
      readonly status: number
      readonly dataText?: string
    }
  | { readonly kind: 'refused'; readonly problem: Problem }

/** One MCP endpoint: transparent for one server, or an aggregate of many. */
export interface Endpoint {
  /** What sessions are bound to, besides the key: `s/<server id>` or `mcp`. */
  readonly id: string
  /** The only server of a transparent endpoint; undefined for an aggregate. */
  readonly server: ServerEntity | undefined
  resolve(request: EndpointRequest): Promise<Route>
  /** The servers of an aggregate for this caller, in use or not; absent of a transparent endpoint. */
  servers?(caller: CallerIdentity): readonly ServerEntity[]
  /** A URI in a notification of a server, as the client knows it here; absent where nothing is renamed. */
  shownUri?(reader: Reader, server: ServerEntity, uri: string): string
  /** Tells when the caller's lists change by configuration, until the returned function is called; absent where servers tell all. */
  watchLists?(caller: CallerIdentity, onChanged: () => void): () => void
}

/** Who hears something at an endpoint. */
export type Reader = Pick<EndpointRequest, 'caller' | 'era' | 'sessionId'>

/** The endpoints by URL path (`/s/<alias>/mcp`, `/mcp`), looked up for each request. */
export interface Endpoints {
  find(path: string): Endpoint | undefined
}
