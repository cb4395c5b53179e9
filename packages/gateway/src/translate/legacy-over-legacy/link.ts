import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { readMessage } from '../../protocol/message.ts'
import { rewriteParams } from '../../protocol/rewrite.ts'
import { heldEvents } from '../../upstream/held-events.ts'
import type { LinkFor, OpenLink } from '../../upstream/links.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import type {
  KeptLink,
  ListenOptions,
  SendOptions,
  UpstreamLink,
  UpstreamResponse,
} from '../../upstream/upstream.ts'
import { askedRevision, chosenRevision, greetingIn, isBridged, refusedFor } from './greeting.ts'
import { readAhead } from './read-ahead.ts'

/** Legacy sessions with legacy servers: a client is answered in the revision that it asked for, a server is spoken to in the one that it chose. */
export function createLegacyOverLegacy(openLink: OpenLink): OpenLink {
  return (server, who) => new RevisionLink(openLink(server, who), who)
}

/** What a server answered to a greeting, and the revision that it has instead of the one that it refused. */
type Greeted = { readonly response: UpstreamResponse; readonly instead: string | undefined }

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
    const idText = String(options.id)
    const first = await this.#greeted(await this.#inner.send(text, options), text, idText)
    if (first.instead === undefined) return first.response
    // It has another revision of ours and says which: the client keeps the one that it asked for.
    await letGo(first.response)
    const again = rewriteParams(readMessage(text), 'protocolVersion', JSON.stringify(first.instead))
    return (await this.#greeted(await this.#inner.send(again, options), text, idText)).response
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
  ): Promise<Greeted> {
    const { body } = response
    let instead: string | undefined
    const read = (data: string): string | undefined => {
      instead ??= refusedFor(data, requestText, idText)
      return this.#readGreeting(data, requestText, idText)
    }
    if (body.kind === 'message') {
      const text = read(body.text) ?? body.text
      return { response: { ...response, body: { ...body, text } }, instead }
    }
    if (body.kind !== 'events') return { response, instead }
    const events = await readAhead(heldEvents(body.events), read)
    return { response: { ...response, body: { ...body, events } }, instead }
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

/** Ends a stream of which no more is read. */
async function letGo({ body }: UpstreamResponse): Promise<void> {
  if (body.kind === 'events') for await (const _event of body.events) break
}
