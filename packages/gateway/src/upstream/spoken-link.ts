import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type {
  KeptLink,
  ListenOptions,
  SendOptions,
  UpstreamLink,
  UpstreamResponse,
} from './upstream.ts'

/** A link to a server whose era is being found out: everything waits for that. */
export class SpokenLink implements UpstreamLink {
  readonly server: ServerEntity
  readonly #link: Promise<UpstreamLink>
  #found: UpstreamLink | undefined

  constructor(server: ServerEntity, link: Promise<UpstreamLink>) {
    this.server = server
    this.#link = link
    // Whoever sends first hears why there is no link.
    link.then(
      (found) => (this.#found = found),
      () => undefined,
    )
  }

  kept(): KeptLink | undefined {
    return this.#found?.kept?.()
  }

  async send(text: string, options: SendOptions): Promise<UpstreamResponse> {
    return await (await this.#link).send(text, options)
  }

  async listen(lastEventId: string | undefined, options: ListenOptions): Promise<UpstreamResponse> {
    return await (await this.#link).listen(lastEventId, options)
  }

  async close(): Promise<void> {
    await this.#link.then(
      (link) => link.close(),
      // A link that never was has nothing to end.
      () => undefined,
    )
  }
}
