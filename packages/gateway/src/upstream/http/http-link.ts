import type { CancelSignal } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { introduce, OWN_GREETING } from '../introduce.ts'
import { openSse } from '../sse/open-sse.ts'
import type {
  KeptLink,
  ListenOptions,
  SendOptions,
  UpstreamLink,
  UpstreamResponse,
} from '../upstream.ts'
import type { HttpPools } from './pools.ts'
import { StreamableLink } from './streamable-link.ts'

/** How a server says that it does not take POST where it should (MCP 2025-03-26, transports, backwards compatibility). */
const STATUSES_OF_OLDER = new Set([400, 404, 405])
/** The id of the gateway's own greeting, on a stream that has seen no other. */
const GREETING_ID = 0

/**
 * A legacy session over HTTP. Streamable HTTP first; a server that does not know it is spoken to over HTTP+SSE
 * (MCP 2024-11-05), and that is remembered for the next sessions.
 */
export class HttpLink implements UpstreamLink {
  readonly server: ServerEntity
  readonly #pools: HttpPools
  readonly #streamable: StreamableLink
  #sse: UpstreamLink | undefined
  #isClosed = false
  /** Goes on with a session that began over streamable HTTP. */
  readonly #isTakenUp: boolean

  constructor(pools: HttpPools, server: ServerEntity, kept?: KeptLink) {
    this.#pools = pools
    this.server = server
    this.#streamable = new StreamableLink(pools, server, kept)
    this.#isTakenUp = kept !== undefined
  }

  speak(revision: string): void {
    this.#streamable.speak(revision)
  }

  /** A session over HTTP+SSE is its stream, and ends with it. */
  kept(): KeptLink | undefined {
    return this.#sse === undefined ? this.#streamable.kept() : undefined
  }

  async send(text: string, options: SendOptions): Promise<UpstreamResponse> {
    const { method, signal } = options
    const known = this.#sse ?? (await this.#openKnown(method, signal))
    if (known !== undefined) return await known.send(text, options)
    const response = await this.#streamable.send(text, options)
    if (method !== 'initialize' || !STATUSES_OF_OLDER.has(response.status)) return response
    const found = await this.#open(signal)
    if (found === undefined) return response
    this.#pools.sse.note(this.server)
    return await found.send(text, options)
  }

  async listen(lastEventId: string | undefined, options: ListenOptions): Promise<UpstreamResponse> {
    const known = this.#sse ?? (await this.#openKnown('', options.signal))
    return await (known ?? this.#streamable).listen(lastEventId, options)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([this.#sse?.close(), this.#streamable.close()])
  }

  /** The stream of a server that is known to need one; greeted here when the client has no session and says nothing. */
  async #openKnown(method: string, signal: CancelSignal): Promise<UpstreamLink | undefined> {
    if (this.#isTakenUp || !this.#pools.sse.has(this.server)) return undefined
    const link = await this.#open(signal)
    if (link === undefined) this.#pools.sse.forget(this.server)
    else if (method !== 'initialize') await introduce(link, OWN_GREETING, GREETING_ID, signal)
    return link
  }

  async #open(signal: CancelSignal): Promise<UpstreamLink | undefined> {
    const link = await openSse(this.#pools, this.server, signal)
    if (link === undefined) return undefined
    // Whoever closed meanwhile, or opened a second one, leaves no stream behind.
    if (this.#isClosed || this.#sse !== undefined) await link.close()
    return (this.#sse ??= link)
  }
}
