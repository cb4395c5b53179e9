import { Problem } from '@mcp-orchestra/kernel'
import type { CancelSignal } from '../../cancel.ts'
import { pause } from '../../pause.ts'
import type { Message } from '../../protocol/message.ts'
import { messageEvent, type SseEvent } from '../../protocol/sse/event.ts'
import { NotThisEra } from '../../upstream/not-this-era.ts'
import type { Lease } from './legacy-session.ts'
import type { NewsListener } from './session-hearing.ts'
import { Mailbox } from './mailbox.ts'
import {
  acknowledgement,
  closureText,
  honoured,
  missedNotices,
  tagged,
  type Wish,
} from './subscription.ts'

/** News that wait for one slow client; with more its stream ends, and it asks again. */
const WAITING_MAX = 1_100
/** A session that was lost is opened again after this pause, which doubles up to the longest, in milliseconds. */
const REOPEN_MS_MIN = 500
const REOPEN_MS_MAX = 60_000

/** What a listen stream is made of. */
export type ListeningParts = {
  /** A session of this client's, a new one when the last was lost. */
  readonly lease: () => Promise<Lease>
  readonly wish: Wish
  /** The id of the listen request. */
  readonly id: number
  readonly signal: CancelSignal
}

/**
 * One modern listen stream at a legacy server: all of a client's share one session, its stream and its subscriptions.
 * It outlives them: what was lost is opened again, and the client is told what may have changed meanwhile.
 */
export class Listening implements NewsListener {
  readonly #parts: ListeningParts
  readonly #mailbox = new Mailbox<string | typeof LOST>()
  /** What the client was promised; undefined before the acknowledgement. */
  #promised: Wish | undefined
  #current: Open | undefined

  private constructor(parts: ListeningParts) {
    this.#parts = parts
  }

  /** Opens a stream; rejects with a problem, or because the server is of another era, when there is no session to begin with. */
  static async start(parts: ListeningParts): Promise<AsyncGenerator<SseEvent>> {
    const listening = new Listening(parts)
    const open = await listening.#open()
    // Ends it also where nobody comes to read.
    const leave = (): void => {
      listening.#mailbox.end('ended')
      listening.#close()
    }
    if (parts.signal.aborted) leave()
    else parts.signal.addEventListener('abort', leave, { once: true })
    return listening.#events(open.promised)
  }

  async *#events(promised: Wish): AsyncGenerator<SseEvent> {
    const { id, signal } = this.#parts
    try {
      this.#promised = promised
      yield messageEvent(acknowledgement(promised, id))
      for (;;) {
        const text = await this.#mailbox.take()
        if (text === undefined || signal.aborted) break
        if (typeof text === 'string') {
          yield messageEvent(text)
          continue
        }
        this.#close()
        const open = await this.#reopen()
        // What the client was told that it would hear is no longer true: it asks again.
        if (open === undefined || !isSame(open.promised, promised)) break
        for (const missed of missedNotices(promised, id)) yield messageEvent(missed)
      }
      if (!signal.aborted) yield messageEvent(closureText(id))
    } finally {
      this.#close()
    }
  }

  hear(message: Message): void {
    const { id } = this.#parts
    const text = this.#promised && tagged(message, this.#promised, id)
    if (text !== undefined) this.#push(text)
  }

  missed(): void {
    if (this.#promised === undefined) return
    for (const text of missedNotices(this.#promised, this.#parts.id)) this.#push(text)
  }

  lost(): void {
    void this.#mailbox.push(LOST)
  }

  async #open(): Promise<Open> {
    const lease = await this.#parts.lease()
    const { session } = lease
    const open: Open = { lease, promised: { methods: new Set(), uris: new Set() } }
    this.#current = open
    session.listeners.add(this)
    const isHeard = await session.listen()
    const offered = honoured(this.#parts.wish, session.offers)
    if (!isHeard) return open
    const uris = await Promise.all(
      [...offered.uris].map(async (uri) => {
        if (await session.resources.follow(uri)) return [uri]
        session.resources.unfollow(uri)
        return []
      }),
    )
    open.promised = { methods: offered.methods, uris: new Set(uris.flat()) }
    return open
  }

  async #reopen(): Promise<Open | undefined> {
    const { signal } = this.#parts
    for (let pauseMs = REOPEN_MS_MIN; ; pauseMs = Math.min(2 * pauseMs, REOPEN_MS_MAX)) {
      await pause(pauseMs, signal)
      if (signal.aborted) return undefined
      try {
        return await this.#open()
      } catch (error) {
        // A server of the other era now: the client asks again and is led there.
        if (error instanceof NotThisEra) return undefined
        if (!(error instanceof Problem)) throw error
      }
    }
  }

  #close(): void {
    const open = this.#current
    this.#current = undefined
    if (open === undefined) return
    const { session } = open.lease
    session.listeners.delete(this)
    for (const uri of open.promised.uris) session.resources.unfollow(uri)
    open.lease.release()
  }

  #push(text: string): void {
    if (this.#mailbox.size >= WAITING_MAX) this.#mailbox.end('ended')
    else void this.#mailbox.push(text)
  }
}

const LOST = Symbol('the session is lost')

type Open = { readonly lease: Lease; promised: Wish }

function isSame(a: Wish, b: Wish): boolean {
  return isEqual(a.methods, b.methods) && isEqual(a.uris, b.uris)
}

function isEqual(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item))
}
