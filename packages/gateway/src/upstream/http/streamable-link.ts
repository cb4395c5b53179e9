import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import {
  SessionLost,
  type KeptLink,
  type ListenOptions,
  type SendOptions,
  type UpstreamLink,
  type UpstreamResponse,
} from '../upstream.ts'
import { unbatch } from '../unbatch.ts'
import { sendHttp } from './http-upstream.ts'
import type { HttpPools } from './pools.ts'

/** How long the server may take to hear that a session has ended, in milliseconds; it is a courtesy. */
const FAREWELL_TIMEOUT_MS = 2_000

/**
 * A call waits at most this long for a stream of its session to leave before it, in milliseconds: a stream that
 * has to connect first would be overtaken, and a server loses what it asks of a client whose stream it has not seen.
 */
const STREAM_FIRST_MS = 1_000

/** A legacy session over streamable HTTP: the server's session id stays on this side. */
export class StreamableLink implements UpstreamLink {
  readonly server: ServerEntity
  readonly #pools: HttpPools
  #sessionId: string | undefined
  #revision: string | undefined
  /** Resolves when the stream that is being opened has left, or never will. */
  #leaving: Promise<void> | undefined

  constructor(pools: HttpPools, server: ServerEntity, kept?: KeptLink) {
    this.#pools = pools
    this.server = server
    this.#sessionId = kept?.sessionId ?? undefined
    this.#revision = kept?.revision ?? undefined
  }

  kept(): KeptLink {
    return { sessionId: this.#sessionId ?? null, revision: this.#revision ?? null }
  }

  speak(revision: string): void {
    this.#revision = revision
  }

  async send(text: string, options: SendOptions): Promise<UpstreamResponse> {
    const known = this.#sessionId
    if (this.#leaving !== undefined) await this.#streamLeft(this.#leaving)
    const response = await sendHttp(this.#pools, this.server, {
      method: 'POST',
      body: text,
      headers: this.#headers(options.headers),
      signal: options.signal,
      heldBytesMax: options.heldBytesMax,
    })
    if (response.status === 404 && known !== undefined)
      throw new SessionLost('the server ended the session')
    this.#sessionId ??= response.sessionId
    return unbatch(response)
  }

  async listen(lastEventId: string | undefined, options: ListenOptions): Promise<UpstreamResponse> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#leaving = promise
    try {
      const response = await sendHttp(this.#pools, this.server, {
        method: 'GET',
        headers: {
          ...this.#headers(options.headers),
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        signal: options.signal,
        heldBytesMax: 64 * 1024,
        onSent: resolve,
      })
      if (response.status === 404 && this.#sessionId !== undefined) {
        throw new SessionLost('the server ended the session')
      }
      return unbatch(response)
    } finally {
      resolve()
    }
  }

  async close(): Promise<void> {
    const sessionId = this.#sessionId
    if (sessionId === undefined) return
    this.#sessionId = undefined
    try {
      await sendHttp(this.#pools, this.server, {
        method: 'DELETE',
        headers: { ...this.#headers({}), 'mcp-session-id': sessionId },
        signal: AbortSignal.timeout(FAREWELL_TIMEOUT_MS),
        heldBytesMax: 64 * 1024,
      })
    } catch {
      // The server may be gone or refuse DELETE (405): the session then ends by its own expiry.
    }
  }

  async #streamLeft(leaving: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, STREAM_FIRST_MS)
    void leaving.then(resolve)
    await promise
    clearTimeout(timer)
    if (this.#leaving === leaving) this.#leaving = undefined
  }

  #headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    this.#revision = headers['mcp-protocol-version'] ?? this.#revision
    return {
      ...(this.#revision === undefined ? {} : { 'mcp-protocol-version': this.#revision }),
      ...headers,
      ...(this.#sessionId === undefined ? {} : { 'mcp-session-id': this.#sessionId }),
    }
  }
}
