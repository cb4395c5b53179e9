import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../authorize/caller.ts'
import { filterText, type Filter } from '../../route/aggregate/subscriptions/filter.ts'
import { SharedListen, type Listener } from '../../route/aggregate/subscriptions/shared-listen.ts'
import type { Ask } from '../../upstream/ask.ts'
import { holderOf } from '../../upstream/links.ts'

/**
 * The listen streams that legacy sessions share: one for each server, caller and question, so that a thousand idle
 * sessions of one key cost the server one stream. A caller's own, since a process on stdio is the caller's own and
 * hears what happens in it alone.
 */
export class ListenShare {
  readonly #clock: Clock
  readonly #listens = new Map<string, SharedListen>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Streams that are open or shall be. */
  get size(): number {
    return this.#listens.size
  }

  /** Lets a session hear what a server says to a question; the first one opens the stream, the last one closes it. */
  join(
    server: ServerEntity,
    caller: CallerIdentity,
    question: Filter,
    by: { readonly listener: Listener; readonly ask: Ask },
  ): SharedListen {
    const way = JSON.stringify(server.transport)
    const key = [server.id, way, holderOf(caller), filterText(question)].join('\n')
    const known = this.#listens.get(key)
    const listen =
      known ??
      new SharedListen({
        server,
        question,
        clock: this.#clock,
        onOver: () => {
          if (this.#listens.get(key) === listen) this.#listens.delete(key)
        },
      })
    if (known === undefined) this.#listens.set(key, listen)
    listen.join(by.listener, by.ask)
    return listen
  }
}
