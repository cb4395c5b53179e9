import type { CallerIdentity } from '../../../authorize/caller.ts'
import type { ClientTask } from '../../../upstream/task-facts.ts'
import { filterText, type Filter } from './filter.ts'
import { changedNews, META_SUBSCRIPTION, renamedNews, tellsTheSame, type News } from './news.ts'
import { isTooMuch, Outbox } from './outbox.ts'
import { newsOfTask } from './task-news.ts'
import { ACKNOWLEDGED, type Ending, type Listener, type SharedListen } from './shared-listen.ts'

/** How long the merged acknowledgement waits for the slowest server's, in milliseconds. */
export const ACKNOWLEDGE_WAIT_MS = 5_000
/** Changes of one list within this time are told once, in milliseconds: a restart changes all of a server's lists. */
export const DEBOUNCE_MS = 100

/** What a client calls resources that the server calls otherwise, or the tasks that it listens for, by the server's ids. */
export type Names =
  | { readonly resources: ReadonlyMap<string, string> }
  | { readonly tasks: ReadonlyMap<string, ClientTask> }

/** A shared listen that a client takes part in, and the client's own names in it. */
export type Share = { readonly listen: SharedListen; readonly names: Names | undefined }

/**
 * The client's side of a listen stream: one acknowledgement first, then the news of all servers with the
 * client's own subscription id. Thousands of them wait for nothing, so it holds no timer and no promise
 * but its end's once it is acknowledged, and shares every text with the others.
 */
export class MergedStream implements Listener {
  readonly caller: CallerIdentity
  /** Resolves when the stream is over; rejects with a bug of ours. */
  readonly over: Promise<void>
  readonly #end: PromiseWithResolvers<void>
  readonly #tag: string
  readonly #outbox: Outbox
  #listens: SharedListen[] = []
  /** The client's own names, by listen; undefined for nearly all clients. */
  #names: Map<SharedListen, Names> | undefined
  /** The lists whose changes are told: those asked for, then those acknowledged. */
  #lists: number
  #acknowledging: NodeJS.Timeout | undefined
  /** News from before the acknowledgement; undefined after it. */
  #early: { readonly news: News; readonly from: SharedListen | undefined }[] | undefined = []
  /** List changes within their {@link DEBOUNCE_MS}. */
  #due: { readonly news: News; readonly timer: NodeJS.Timeout }[] = []
  #isEnding = false

  constructor(
    caller: CallerIdentity,
    tag: string,
    lists: number,
    send: (text: string) => Promise<void>,
  ) {
    this.caller = caller
    this.#tag = tag
    this.#lists = lists
    this.#outbox = new Outbox(tag, send, (failure) => this.#fail(failure))
    this.#end = Promise.withResolvers()
    this.over = this.#end.promise
  }

  /** Begins with the listens that it has joined, in the same turn; with none it waits for the client to leave. */
  start(shares: readonly Share[]): void {
    this.#listens = shares.map(({ listen }) => listen)
    for (const { listen, names } of shares)
      if (names !== undefined) this.#names = (this.#names ?? new Map()).set(listen, names)
    this.#acknowledging = setTimeout(() => this.#acknowledge(), ACKNOWLEDGE_WAIT_MS)
    this.acknowledged()
  }

  acknowledged(): void {
    if (this.#listens.every(({ honoured }) => honoured !== undefined)) this.#acknowledge()
  }

  hear(heard: News, from: SharedListen): void {
    const news = this.#isEnding ? undefined : this.#named(heard, from)
    if (news !== undefined) this.#take(news, from)
  }

  /** Lists are others now by configuration, whatever servers tell. */
  changed(): void {
    if (!this.#isEnding) for (const news of changedNews(this.#lists)) this.#take(news, undefined)
  }

  /** Whether changes of a server's lists are heard already. */
  hears(serverId: string): boolean {
    return this.#listens.some(
      ({ server, question }) => server.id === serverId && question.lists !== 0,
    )
  }

  /** Hears a server too that was not there at the start. */
  add(listen: SharedListen): void {
    if (this.#isEnding) listen.leave(this)
    else this.#listens.push(listen)
  }

  #take(news: News, from: SharedListen | undefined): void {
    if (this.#early !== undefined) {
      if (this.#early.some((one) => one.from === from && tellsTheSame(one.news, news))) return
      this.#early.push({ news, from })
      if (isTooMuch(this.#early.map((one) => one.news))) this.#finish()
      return
    }
    if (news.list === 0) return this.#push(news)
    if ((news.list & this.#lists) === 0 || this.#due.some((due) => due.news.list === news.list))
      return
    const timer = setTimeout(() => {
      this.#due = this.#due.filter((due) => due.timer !== timer)
      this.#push(news)
    }, DEBOUNCE_MS)
    this.#due.push({ news, timer })
  }

  ended(from: SharedListen, why: Ending): void {
    this.#listens = this.#listens.filter((listen) => listen !== from)
    if (typeof why === 'object') return this.#fail(why.bug)
    if (this.#early !== undefined) this.acknowledged()
    if (why === 'changed' || this.#listens.length === 0) this.#finish()
  }

  /** The client is gone or has lost its rights: nothing more is told. */
  leave(): void {
    this.#isEnding = true
    this.#outbox.clear()
    this.#part()
    this.#end.resolve()
  }

  #acknowledge(): void {
    const early = this.#early
    if (early === undefined || this.#isEnding) return
    clearTimeout(this.#acknowledging)
    this.#acknowledging = undefined
    this.#early = undefined
    const honoured = this.#honoured()
    this.#lists = honoured.lists
    // A set of resources that is acknowledged later was not promised, so nobody waits for it.
    for (const listen of this.#listens)
      if (listen.question.lists === 0 && listen.honoured === undefined) listen.leave(this)
    this.#listens = this.#listens.filter(
      (listen) => listen.question.lists !== 0 || listen.honoured !== undefined,
    )
    const params = `{"notifications":${filterText(honoured)},"_meta":{"${META_SUBSCRIPTION}":${this.#tag}}}`
    this.#outbox.write(`{"jsonrpc":"2.0","method":"${ACKNOWLEDGED}","params":${params}}`)
    for (const { news, from } of early) {
      const isPromised =
        news.list === 0
          ? from !== undefined && this.#listens.includes(from)
          : (news.list & this.#lists) !== 0
      if (isPromised) this.#push(news)
    }
  }

  /** Of what was asked for, what any server honours. */
  #honoured(): Filter {
    let lists = 0
    const uris: string[] = []
    const taskIds: string[] = []
    for (const listen of this.#listens) {
      const { honoured } = listen
      lists |= honoured?.lists ?? 0
      const names = this.#names?.get(listen)
      for (const uri of honoured?.uris ?? []) uris.push(shownUri(names, uri))
      for (const taskId of honoured?.taskIds ?? []) taskIds.push(...idsOf(names, taskId))
    }
    return { lists: lists & this.#lists, uris: uris.toSorted(), taskIds }
  }

  /** News of a resource or a task under the client's own name for it; undefined for a task that is not its own. */
  #named(news: News, from: SharedListen): News | undefined {
    const names = news.list === 0 ? this.#names?.get(from) : undefined
    if (names === undefined) return news
    if ('tasks' in names) return newsOfTask(news, names.tasks)
    return renamedNews(news, (uri) => shownUri(names, uri))
  }

  #push(news: News): void {
    if (!this.#outbox.push(news)) this.#finish()
  }

  #fail(failure: unknown): void {
    this.#end.reject(failure)
    this.leave()
  }

  /** Ends the stream when what is due has been told: the client asks again. */
  #finish(): void {
    if (this.#isEnding) return
    this.#acknowledge()
    const due = this.#due
    this.#isEnding = true
    this.#part()
    for (const { news } of due) this.#outbox.push(news)
    void this.#outbox.empty().then(() => this.#end.resolve())
  }

  #part(): void {
    clearTimeout(this.#acknowledging)
    for (const { timer } of this.#due) clearTimeout(timer)
    this.#due = []
    const listens = this.#listens
    this.#listens = []
    for (const listen of listens) listen.leave(this)
  }
}

function shownUri(names: Names | undefined, uri: string): string {
  return names !== undefined && 'resources' in names ? (names.resources.get(uri) ?? uri) : uri
}

/** The ids by which the client knows a task: none for one that is not its own. */
function idsOf(names: Names | undefined, taskId: string): string[] {
  const task = names !== undefined && 'tasks' in names ? names.tasks.get(taskId) : undefined
  return task === undefined ? [] : [task.idText]
}
