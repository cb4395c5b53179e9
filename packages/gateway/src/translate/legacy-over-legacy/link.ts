import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { LinkFor, OpenLink } from '../../upstream/links.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import type {
  KeptLink,
  ListenOptions,
  SendOptions,
  UpstreamLink,
  UpstreamResponse,
} from '../../upstream/upstream.ts'
import { askedRevision, chosenRevision, greetingIn, isBridged } from './greeting.ts'
import { readAhead } from './read-ahead.ts'

/** Legacy sessions with legacy servers: a client is answered in the revision that it asked for, a server is spoken to in the one that it chose. */
export function createLegacyOverLegacy(openLink: OpenLink): OpenLink {
  return (server, who) => new RevisionLink(openLink(server, who), who)
}

/** A link whose two sides may speak two legacy revisions. */
class RevisionLink implements UpstreamLink {
  readonly #inner: UpstreamLink
  /** The server's revision, once it is known to be another than the client's. */
  #theirs: string | undefined

  constructor(inner: UpstreamLink, { revision, kept }: LinkFor) {
    this.#inner = inner
    const chosen = kept?.revision ?? undefined
    if (isBridged(revision, chosen)) this.#theirs = chosen
  }

  get server(): ServerEntity {
    return this.#inner.server
  }

  kept(): KeptLink | undefined {
    return this.#inner.kept?.()
  }

  async send(text: string, options: SendOptions): Promise<UpstreamResponse> {
    if (options.method !== 'initialize')
      return await this.#inner.send(text, this.#inTheirs(options))
    return await this.#greeted(await this.#inner.send(text, options), text, String(options.id))
  }

  async listen(lastEventId: string | undefined, options: ListenOptions): Promise<UpstreamResponse> {
    return await this.#inner.listen(lastEventId, this.#inTheirs(options))
  }

  async close(): Promise<void> {
    await this.#inner.close()
  }

  #inTheirs<Options extends ListenOptions>(options: Options): Options {
    if (this.#theirs === undefined) return options
    return { ...options, headers: { ...options.headers, 'mcp-protocol-version': this.#theirs } }
  }

  async #greeted(
    response: UpstreamResponse,
    requestText: string,
    idText: string,
  ): Promise<UpstreamResponse> {
    const { body } = response
    const read = (data: string): string | undefined => this.#readGreeting(data, requestText, idText)
    if (body.kind === 'message') {
      return { ...response, body: { ...body, text: read(body.text) ?? body.text } }
    }
    if (body.kind !== 'events') return response
    return { ...response, body: { ...body, events: await readAhead(body.events, read) } }
  }

  /** The answer to the greeting as the client gets it; undefined when the text is none. */
  #readGreeting(data: string, requestText: string, idText: string): string | undefined {
    const message = readUpstream(data)
    if (message.kind !== 'response' || message.idText !== idText) return undefined
    const asked = askedRevision(requestText)
    const chosen = chosenRevision(message)
    if (asked === undefined || chosen === undefined || !isBridged(asked, chosen)) return data
    this.#theirs = chosen
    this.#inner.speak?.(chosen)
    return greetingIn(message, asked)
  }
}
