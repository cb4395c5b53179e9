import { changedNews, updatedNews, type News } from '../../route/aggregate/subscriptions/news.ts'
import { URIS_MAX, type Filter } from '../../route/aggregate/subscriptions/filter.ts'
import type { ModernOffer } from '../../upstream/upstream.ts'
import { Hearing, type HearingParts } from './hearing.ts'
import { legacyNewsText } from './legacy-news.ts'
import { NewsStream } from './news-stream.ts'

/** How long a subscription waits for the server to acknowledge it, in milliseconds; then the client is told it has it. */
const ACKNOWLEDGE_MS = 5_000

/** What the listening of a session is made of. */
export type ListeningParts = Pick<HearingParts, 'share' | 'server' | 'caller' | 'ask' | 'clock'> & {
  /** A list of the server changed: what was learned of it is old. */
  readonly onChanged: () => void
}

/**
 * What one legacy session hears unasked: changed lists and subscribed resources, on its GET stream. While no stream
 * is open nothing is asked of the server; a stream that opens again is told of all that may have changed meanwhile.
 */
export class Listening {
  readonly #parts: ListeningParts
  readonly #uris = new Set<string>()
  #offer: ModernOffer = { lists: 0, subscribe: false, logging: false }
  #stream: NewsStream | undefined
  #hadStream = false
  #lists: Hearing | undefined
  #resources: Hearing | undefined
  /** What was asked before, heard until the server has acknowledged what was asked last. */
  readonly #superseded = new Set<Hearing>()

  constructor(parts: ListeningParts) {
    this.#parts = parts
  }

  /** What the server offers, as it said at the greeting. */
  set offer(offer: ModernOffer) {
    this.#offer = offer
  }

  /** Goes on after an earlier process: its stream is a stream that opens again. */
  takeUp(offer: ModernOffer, uris: readonly string[]): void {
    this.#offer = offer
    for (const uri of uris) this.#uris.add(uri)
    this.#hadStream = true
  }

  /** Opens the stream in place of the one before; undefined when the server tells nothing. */
  open(): NewsStream | undefined {
    if (this.#offer.lists === 0 && !this.#offer.subscribe) return undefined
    this.close()
    const stream = new NewsStream()
    const isAgain = this.#hadStream
    this.#hadStream = true
    this.#stream = stream
    if (this.#offer.lists !== 0) {
      this.#lists = this.#hear({ lists: this.#offer.lists, uris: [] }, ({ lists }) => {
        if (isAgain) this.#tell(changedNews(lists))
      })
    }
    // What was subscribed before had nobody to hear it.
    this.#ask({ isMissed: true })
    return stream
  }

  /** Ends what was opened last, when it is this stream or none is named. */
  close(stream?: NewsStream): void {
    if (stream !== undefined && stream !== this.#stream) return
    this.#stream?.end()
    this.#stream = undefined
    this.#lists?.close()
    this.#resources?.close()
    this.#endSuperseded()
    this.#lists = undefined
    this.#resources = undefined
  }

  /** Subscribes to a resource; false when the server says that it does not tell of it, or too many are subscribed. */
  async subscribe(uri: string): Promise<boolean> {
    if (this.#uris.has(uri)) return true
    if (this.#uris.size >= URIS_MAX) return false
    this.#uris.add(uri)
    const late = { isMissed: false }
    const hearing = this.#ask(late)
    if (hearing === undefined) return true
    const honoured = await within(hearing.honoured, ACKNOWLEDGE_MS)
    // The client goes on before the server has heard of it: it is told when it has.
    late.isMissed = honoured === undefined
    if (honoured === undefined || honoured.uris.includes(uri)) return true
    this.#uris.delete(uri)
    return false
  }

  unsubscribe(uri: string): void {
    if (this.#uris.delete(uri)) this.#ask({ isMissed: false })
  }

  /** Asks for the resources that are subscribed now; what was asked before is heard until that is acknowledged. */
  #ask(since: { readonly isMissed: boolean }): Hearing | undefined {
    if (this.#stream === undefined) return undefined
    if (this.#resources !== undefined) this.#superseded.add(this.#resources)
    this.#resources = undefined
    if (this.#uris.size === 0) {
      this.#endSuperseded()
      return undefined
    }
    const uris = [...this.#uris].toSorted()
    this.#resources = this.#hear({ lists: 0, uris }, (honoured, hearing) => {
      // Asked again meanwhile: then this one is heard until that is acknowledged.
      if (!this.#superseded.has(hearing)) this.#endSuperseded()
      if (since.isMissed) this.#tell(honoured.uris.map(updatedNews))
    })
    return this.#resources
  }

  #endSuperseded(): void {
    for (const hearing of this.#superseded) hearing.close()
    this.#superseded.clear()
  }

  #hear(question: Filter, onFirst: (honoured: Filter, hearing: Hearing) => void): Hearing {
    const { onChanged, ...parts } = this.#parts
    return new Hearing({
      ...parts,
      question,
      onNews: (news) => {
        if (news.list !== 0) onChanged()
        this.#tell([news])
      },
      onHonoured: (hearing, honoured, isFirst) => {
        if (isFirst) onFirst(honoured, hearing)
        else this.#tell([...changedNews(honoured.lists), ...honoured.uris.map(updatedNews)])
      },
      onBug: (bug) => this.#stream?.end(bug),
    })
  }

  #tell(news: readonly News[]): void {
    for (const one of news) this.#stream?.push(legacyNewsText(one))
  }
}

async function within<T>(promise: Promise<T>, waitMs: number): Promise<T | undefined> {
  const { promise: over, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => resolve(undefined), waitMs)
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}
