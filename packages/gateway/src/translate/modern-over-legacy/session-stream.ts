import type { Clock } from '@mcp-orchestra/kernel'
import { Problem } from '@mcp-orchestra/kernel'
import type { CancelSignal } from '../../cancel.ts'
import { pause } from '../../pause.ts'
import type { Message } from '../../protocol/message.ts'
import { dataOf, idOf } from '../../protocol/sse/event.ts'
import { heldEvents } from '../../upstream/held-events.ts'
import { readUpstream } from '../../upstream/read-answer.ts'
import { SessionLost, type UpstreamLink } from '../../upstream/upstream.ts'

/** A stream that ended is opened again after this pause, which doubles up to the longest, in milliseconds. */
const REOPEN_MS_MIN = 500
const REOPEN_MS_MAX = 60_000
/** A server that has not answered by then is taken to have one: some say nothing before their first message, in milliseconds. */
const OPEN_WAIT_MS = 500

/** What a session's stream is made of. */
export type SessionStreamParts = {
  readonly link: UpstreamLink
  readonly clock: Clock
  /** Ends the stream with the session. */
  readonly signal: CancelSignal
  readonly take: (message: Message) => void
  /** The stream was away and is back: what was said meanwhile is lost, unless the server repeated it. */
  readonly onReopened: () => void
  /** The server has no such stream after all. */
  readonly onAbsent: () => void
  /** The server no longer knows the session. */
  readonly onLost: () => void
}

/** The stream of what a legacy server sends unasked: opened when somebody needs it, then kept for as long as the session. */
export class SessionStream {
  readonly #parts: SessionStreamParts
  #opened: Promise<boolean> | undefined

  constructor(parts: SessionStreamParts) {
    this.#parts = parts
  }

  /** Opens the stream, once; false when the server has none (405). A message sent after this call is sent after it. */
  open(): Promise<boolean> {
    this.#opened ??= this.#open()
    return this.#opened
  }

  async #open(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const late = setTimeout(() => resolve(true), OPEN_WAIT_MS)
    void this.#follow(resolve)
    const isThere = await promise
    clearTimeout(late)
    return isThere
  }

  async #follow(opened: (isThere: boolean) => void): Promise<void> {
    const { clock, link, onReopened, signal } = this.#parts
    let pauseMs = REOPEN_MS_MIN
    let lastEventId: string | undefined
    let wasThere = false
    while (!signal.aborted) {
      const triedAtMs = clock.monotonicMs()
      try {
        const { body, status } = await link.listen(lastEventId, { headers: {}, signal })
        const isThere = body.kind === 'events' && status < 300
        opened(isThere)
        // A server without such a stream says so once; one that had it may be starting.
        if (!isThere && !wasThere) return this.#isAbsent()
        if (isThere) {
          // A server that numbers its messages repeats what was missed.
          if (wasThere && lastEventId === undefined) onReopened()
          wasThere = true
          for await (const event of heldEvents(body.events)) {
            lastEventId = idOf(event) ?? lastEventId
            const data = dataOf(event)
            if (data !== undefined && data !== '') this.#parts.take(readUpstream(data))
          }
        }
      } catch (error) {
        if (signal.aborted) return
        opened(wasThere)
        if (error instanceof SessionLost) return this.#parts.onLost()
        if (!(error instanceof Problem)) throw error
        if (!wasThere) return this.#forget()
      }
      if (clock.monotonicMs() - triedAtMs >= REOPEN_MS_MAX) pauseMs = REOPEN_MS_MIN
      await pause(pauseMs, signal)
      pauseMs = Math.min(2 * pauseMs, REOPEN_MS_MAX)
    }
  }

  #isAbsent(): void {
    this.#opened = Promise.resolve(false)
    this.#parts.onAbsent()
  }

  /** What could not be opened at all is tried again by whoever needs it next. */
  #forget(): void {
    this.#opened = undefined
  }
}
