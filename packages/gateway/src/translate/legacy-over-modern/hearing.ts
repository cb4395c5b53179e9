import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../authorize/caller.ts'
import type { Filter } from '../../route/aggregate/subscriptions/filter.ts'
import type { News } from '../../route/aggregate/subscriptions/news.ts'
import { Reopening } from '../../route/aggregate/subscriptions/reopening.ts'
import type {
  Ending,
  Listener,
  SharedListen,
} from '../../route/aggregate/subscriptions/shared-listen.ts'
import type { Ask } from '../../upstream/ask.ts'
import type { ListenShare } from './listen-share.ts'

/** What one hearing is made of. */
export type HearingParts = {
  readonly share: ListenShare
  readonly server: ServerEntity
  readonly caller: CallerIdentity
  readonly question: Filter
  readonly ask: Ask
  readonly clock: Clock
  readonly onNews: (news: News) => void
  /** The server honours this now; told again when what it honours was another thing before. */
  readonly onHonoured: (hearing: Hearing, honoured: Filter, isFirst: boolean) => void
  readonly onBug: (bug: unknown) => void
}

/** What one legacy stream hears of one question: for as long as it is open, whatever becomes of the listen behind it. */
export class Hearing implements Listener {
  readonly caller: CallerIdentity
  readonly #parts: HearingParts
  readonly #reopening: Reopening
  readonly #honouring = Promise.withResolvers<Filter>()
  #listen: SharedListen | undefined
  #wasHonoured = false
  #isClosed = false

  constructor(parts: HearingParts) {
    this.#parts = parts
    this.caller = parts.caller
    this.#reopening = new Reopening(parts.clock)
    this.#join()
  }

  /** Resolves with what the server honours, as soon as it has said so for the first time. */
  get honoured(): Promise<Filter> {
    return this.#honouring.promise
  }

  hear(news: News): void {
    if (!this.#isClosed) this.#parts.onNews(news)
  }

  acknowledged(): void {
    const honoured = this.#listen?.honoured
    if (honoured === undefined || this.#isClosed) return
    this.#honouring.resolve(honoured)
    this.#parts.onHonoured(this, honoured, !this.#wasHonoured)
    this.#wasHonoured = true
  }

  ended(_from: SharedListen, why: Ending): void {
    this.#listen = undefined
    if (this.#isClosed) return
    if (typeof why === 'object') return this.#parts.onBug(why.bug)
    // A server that did not acknowledge, or honours something else now, is asked again.
    this.#reopening.later(() => this.#join())
  }

  close(): void {
    this.#isClosed = true
    this.#reopening.cancel()
    this.#listen?.leave(this)
    this.#listen = undefined
  }

  #join(): void {
    const { share, server, caller, question, ask } = this.#parts
    this.#reopening.opened()
    this.#listen = share.join(server, caller, question, { listener: this, ask })
    if (this.#listen.honoured !== undefined) this.acknowledged()
  }
}
