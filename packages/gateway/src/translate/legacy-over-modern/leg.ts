import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { paramHeadersOf } from '../../protocol/rev-2026-07-28/param-headers.ts'
import { RPC_HEADER_MISMATCH } from '../../protocol/rev-2026-07-28/codec.ts'
import type { Ask } from '../../upstream/ask.ts'
import type { ModernUpstream } from '../../upstream/modern-upstream.ts'
import { refuseUpstream } from '../../upstream/problems.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import {
  HELD_LIST_BYTES_MAX,
  type SendOptions,
  type UpstreamResponse,
} from '../../upstream/upstream.ts'
import { errorCodeOf } from './legacy-error.ts'
import {
  mirrorHeaders,
  modernRequest,
  targetIn,
  type Envelope,
  type LegMembers,
} from './modern-request.ts'
import type { ToolBook } from './tool-book.ts'
import { PLAIN_TOOL, type ToolFacts } from './tool-facts.ts'

/** The server wants credentials; passed on, these would start the client's own sign-in. */
const CREDENTIAL_STATUSES = new Set([401, 403, 407])

/** What the legs of a conversation are sent with. */
export type LegParts = {
  readonly server: ServerEntity
  readonly caller: CallerIdentity
  readonly modern: ModernUpstream
  readonly mintId: () => number
  readonly tools: ToolBook
  readonly ask: Ask
  /** What each modern request says, as it is now. */
  readonly envelope: () => Envelope
}

/** One request of a legacy client: its text, and how it is sent. */
export type LegacyRequest = {
  readonly text: string
  readonly id: number
  readonly options: SendOptions
}

/** One modern request for it, under an id of its own, and what came back. */
export type Leg = { readonly id: number; readonly response: UpstreamResponse }

/** Sends the legs of one request. */
export class Legs {
  /** The tool that is called; undefined for any other request. */
  readonly tool: string | undefined
  readonly isHttp: boolean
  readonly #parts: LegParts
  readonly #request: LegacyRequest
  readonly #argumentsText: string | undefined
  readonly #name: string | undefined
  #facts: ToolFacts | undefined

  constructor(parts: LegParts, request: LegacyRequest) {
    this.#parts = parts
    this.#request = request
    const { name, argumentsText } = targetIn(request.text, request.options.method)
    this.#name = name
    this.#argumentsText = argumentsText
    this.tool = request.options.method === 'tools/call' ? name : undefined
    this.isHttp = parts.server.transport.kind === 'http'
  }

  /** Sends one leg; once more when the server says that mirrored arguments do not fit its schema. */
  async send(members?: LegMembers): Promise<Leg> {
    const leg = await this.#sendOnce(members)
    const { body } = leg.response
    if (this.tool === undefined || !this.isHttp || body.kind !== 'message') return leg
    if (errorCodeOf(readUpstream(body.text)) !== RPC_HEADER_MISMATCH) return leg
    this.#parts.tools.forget(this.#parts.server, this.#parts.caller)
    this.#facts = undefined
    return await this.#sendOnce(members)
  }

  /** What of the tool's definition its call needs. */
  async factsOf(): Promise<ToolFacts> {
    const { server, caller, tools, ask } = this.#parts
    const { signal } = this.#request.options
    this.#facts ??= await tools.factsOf(server, caller, this.tool ?? '', { ask, signal })
    return this.#facts
  }

  async #sendOnce(members: LegMembers | undefined): Promise<Leg> {
    const { server, caller, modern, mintId, envelope } = this.#parts
    const { method, signal } = this.#request.options
    const facts = this.isHttp && this.tool !== undefined ? await this.factsOf() : PLAIN_TOOL
    const id = mintId()
    const response = await modern.send(server, {
      caller,
      id,
      method,
      text: modernRequest(this.#request.text, id, envelope(), members),
      headers: {
        ...mirrorHeaders(method, this.#name),
        ...paramHeadersOf(facts.headers, this.#argumentsText),
      },
      signal,
      // Held whole to be translated; only what is larger streams.
      heldBytesMax: Math.min(HELD_LIST_BYTES_MAX, server.limits.resultBytesMax),
    })
    if (CREDENTIAL_STATUSES.has(response.status)) {
      const detail = `the server wants credentials that it was not given (status ${response.status})`
      throw refuseUpstream('upstream.failed', { detail })
    }
    return { id, response }
  }
}
