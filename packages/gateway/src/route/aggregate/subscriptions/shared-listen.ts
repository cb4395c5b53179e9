import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem, type Clock } from '@mcp-orchestra/kernel'
import type { CallerIdentity } from '../../../authorize/caller.ts'
import { Cancel } from '../../../cancel.ts'
import type { Ask } from '../../../upstream/ask.ts'
import { intersection, isForTasks, questionText, readFilter, type Filter } from './filter.ts'
import { changedNews, newsOf, OF_TASK, readNotice, updatedNews, type News } from './news.ts'
import { Reopening } from './reopening.ts'

/** Why a listener hears no more: its server left it out, was removed, is none of its own, honours something else now, or we have a bug. */
export type Ending = 'left out' | 'removed' | 'not allowed' | 'changed' | { readonly bug: unknown }

/** Who hears what a shared listen hears. None of these may throw. */
export interface Listener {
  readonly caller: CallerIdentity
  hear(news: News, from: SharedListen): void
  /** The server has acknowledged for the first time: {@link SharedListen.honoured} is there. */
  acknowledged(): void
  ended(from: SharedListen, why: Ending): void
}

export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
/** What a shared listen is made of. */
export type SharedListenParts = {
  readonly server: ServerEntity
  readonly question: Filter
  readonly clock: Clock
  /** Told once, when nobody listens any more or the listen has ended for good. */
  readonly onOver: () => void
}

/**
 * One upstream `subscriptions/listen` for all clients that ask a server the same. It opens with the first
 * listener, closes with the last, and is opened again when it breaks: then everybody is told of everything
 * that may have been missed.
 */
export class SharedListen {
  readonly question: Filter
  readonly #parts: SharedListenParts
  /** With what each may ask the server; in the order in which they came. */
  readonly #listeners = new Map<Listener, Ask>()
  readonly #reopening: Reopening
  #server: ServerEntity
  #honoured: Filter | undefined
  #connection: Cancel | undefined
  /** In whose name the connection is open; it may have left since. */
  #asker: CallerIdentity | undefined
  #isAcknowledged = false
  #isOver = false

  constructor(parts: SharedListenParts) {
    this.#parts = parts
    this.#server = parts.server
    this.#reopening = new Reopening(parts.clock)
    this.question = parts.question
  }

  /** What the server acknowledged; undefined before its first acknowledgement. */
  get honoured(): Filter | undefined {
    return this.#honoured
  }

  get server(): ServerEntity {
    return this.#server
  }

  /** How many listen now. */
  get size(): number {
    return this.#listeners.size
  }

  /** The first one opens the upstream stream, with `ask`; the others' are kept for when it may no longer speak. */
  join(listener: Listener, ask: Ask): void {
    const isFirst = this.#listeners.size === 0
    this.#listeners.set(listener, ask)
    if (isFirst) this.#connect()
  }

  /** The last one to leave closes the upstream stream at once. */
  leave(listener: Listener): void {
    if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#close()
  }

  /** The server as the snapshot has it now; undefined when it was removed. */
  follow(server: ServerEntity | undefined): void {
    if (server === undefined) {
      this.#tellMissed()
      return this.#end('removed')
    }
    const isMoved = wayTo(server) !== wayTo(this.#server)
    this.#server = server
    if (!isMoved) return
    this.#disconnect()
    this.#reopening.reset()
    // Its lists come or go with it.
    this.#tellMissed()
    if (server.enabled) this.#connect()
    // One that is off is listened to again when it is on; one that never answered was never promised.
    else if (this.#honoured === undefined) this.#end('left out')
  }

  /**
   * Ends the part of those who may no longer hear this server; its lists are no longer theirs. A stream that was opened
   * in the name of one of them, here still or gone, is opened again in another one's.
   */
  review(mayHear: (caller: CallerIdentity) => boolean): void {
    for (const listener of this.#listeners.keys()) {
      if (mayHear(listener.caller)) continue
      for (const news of changedNews(this.#honoured?.lists ?? 0)) listener.hear(news, this)
      this.leave(listener)
      listener.ended(this, 'not allowed')
    }
    if (this.#connection === undefined || this.#asker === undefined || mayHear(this.#asker)) return
    this.#disconnect()
    this.#connect()
  }

  #connect(): void {
    // The last listener may have left while all were told something.
    const [speaker] = this.#listeners
    if (this.#isOver || speaker === undefined) return
    const [{ caller }, ask] = speaker
    const connection = new Cancel()
    this.#connection = connection
    this.#asker = caller
    this.#isAcknowledged = false
    this.#reopening.opened()
    void this.#listen(connection, ask)
  }

  async #listen(connection: Cancel, ask: Ask): Promise<void> {
    let bug: unknown
    let isBroken = false
    try {
      await ask(this.#server, 'subscriptions/listen', {
        paramsText: questionText(this.question),
        signal: connection.signal,
        open: true,
        onNotification: (text) => {
          if (this.#connection === connection) this.#take(text)
        },
      })
    } catch (failure) {
      // A problem is the server's: it breaks the stream like its end does.
      if (failure instanceof Problem) isBroken = true
      else bug = failure
    }
    // Who closed the connection knows that it has ended.
    if (this.#connection !== connection) return
    this.#connection = undefined
    if (bug !== undefined) return this.#end({ bug })
    if (this.#honoured === undefined) return this.#end('left out')
    // What became of tasks meanwhile cannot be told: clients ask. A server that is through with them says so.
    if (isForTasks(this.question)) return this.#end(isBroken ? 'changed' : 'left out')
    this.#reopening.later(() => this.#connect())
  }

  #take(text: string): void {
    const { method, paramsText } = readNotice(text)
    if (method === ACKNOWLEDGED) return this.#acknowledge(paramsText)
    const news = method === undefined ? undefined : newsOf(text, method)
    // What was not asked for, and what does not belong on a listen stream, goes to nobody.
    const isAsked = isForTasks(this.question)
      ? method === OF_TASK
      : method !== OF_TASK && (news?.list !== 0 || this.question.uris.length > 0)
    if (news === undefined || !isAsked || (news.list & ~this.question.lists) !== 0) return
    for (const listener of this.#listeners.keys()) listener.hear(news, this)
  }

  #acknowledge(paramsText: string | undefined): void {
    if (this.#isAcknowledged) return
    this.#isAcknowledged = true
    const before = this.#honoured
    const now = intersection(this.question, readFilter(paramsText) ?? { lists: 0, uris: [] })
    this.#honoured = now
    if (before === undefined) {
      for (const listener of this.#listeners.keys()) listener.acknowledged()
      return
    }
    // What clients were told that they would hear is no longer true: they ask again.
    if (!isSame(before, now) || isForTasks(now)) return this.#end('changed')
    this.#tellMissed()
  }

  /** Tells of everything that may have changed while nobody could be heard. */
  #tellMissed(): void {
    if (this.#honoured === undefined) return
    const missed = [
      ...changedNews(this.#honoured.lists),
      ...this.#honoured.uris.map((uri) => updatedNews(uri)),
    ]
    for (const listener of this.#listeners.keys())
      for (const news of missed) listener.hear(news, this)
  }

  #end(why: Ending): void {
    const listeners = [...this.#listeners.keys()]
    this.#listeners.clear()
    this.#close()
    for (const listener of listeners) listener.ended(this, why)
  }

  #close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#disconnect()
    this.#parts.onOver()
  }

  #disconnect(): void {
    this.#reopening.cancel()
    const connection = this.#connection
    this.#connection = undefined
    connection?.abort(NOBODY_LISTENS)
  }
}

const NOBODY_LISTENS = new Error('nobody listens any more')

/** What decides whether a stream that is open still comes from the server. */
function wayTo({ enabled, transport }: ServerEntity): string {
  return enabled ? JSON.stringify(transport) : ''
}

function isSame(a: Filter, b: Filter): boolean {
  return (
    a.lists === b.lists &&
    a.uris.length === b.uris.length &&
    a.uris.every((uri, at) => uri === b.uris[at]) &&
    String(a.taskIds) === String(b.taskIds)
  )
}
