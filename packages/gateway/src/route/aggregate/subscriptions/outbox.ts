import { newsText, tellsTheSame, type News } from './news.ts'

/** Different news that may wait for one slow client: all its resources and lists at once; with more its stream ends, and it asks again. */
export const WAITING_NEWS_MAX = 1_100
/** The same in characters, for news may be long: what a client that reads is never behind by. */
export const WAITING_CHARS_MAX = 1_048_576

/**
 * What one client has not taken yet: one text at a time is being sent, and behind it wait shared news, the
 * same news once. Nothing in it waits for anything while the client has taken all.
 */
export class Outbox {
  readonly #tag: string
  readonly #send: (text: string) => Promise<void>
  readonly #onFault: (failure: unknown) => void
  #waiting: News[] = []
  #isSending = false
  #onEmpty: (() => void) | undefined

  /** `tag` is the JSON text of the client's subscription id; `onFault` is told when a text cannot be sent. */
  constructor(
    tag: string,
    send: (text: string) => Promise<void>,
    onFault: (failure: unknown) => void,
  ) {
    this.#tag = tag
    this.#send = send
    this.#onFault = onFault
  }

  /** Sends news when its turn comes; false when too much waits. */
  push(news: News): boolean {
    if (!this.#isSending) this.write(newsText(news, this.#tag))
    else if (!this.#waiting.some((one) => tellsTheSame(one, news))) this.#waiting.push(news)
    return !isTooMuch(this.#waiting)
  }

  /** Sends a first text at once. */
  write(text: string): void {
    this.#isSending = true
    this.#send(text).then(() => this.#sent(), this.#onFault)
  }

  /** Drops what waits: nobody is there to take it. */
  clear(): void {
    this.#waiting = []
  }

  /** Resolves when the client has taken everything. */
  empty(): Promise<void> {
    if (!this.#isSending) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onEmpty = resolve
    return promise
  }

  #sent(): void {
    this.#isSending = false
    const next = this.#waiting.shift()
    if (next !== undefined) this.write(newsText(next, this.#tag))
    else this.#onEmpty?.()
  }
}

/** Whether news are more than may wait for one client. */
export function isTooMuch(waiting: readonly News[]): boolean {
  if (waiting.length > WAITING_NEWS_MAX) return true
  let chars = 0
  for (const { before, after } of waiting) chars += before.length + after.length
  return chars > WAITING_CHARS_MAX
}
