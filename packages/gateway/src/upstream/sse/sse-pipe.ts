import type { Cancel } from '../../cancel.ts'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { Problem } from '@mcp-orchestra/kernel'
import { readServerMessages } from '../../protocol/server-message.ts'
import { MessageError } from '../../protocol/message.ts'
import { dataOf, type SseEvent, type SseField } from '../../protocol/sse/event.ts'
import { isLarge, type LargeEvent, type StreamEvent } from '../../protocol/sse/stream-event.ts'
import { withDeadline } from '../deadline.ts'
import { LongMessage } from '../duplex/long-message.ts'
import type { Pipe, PipeEvents } from '../duplex/pipe.ts'
import { READ_ENOUGH } from '../http/exchange.ts'
import { sendHttp, transportProblem } from '../http/http-upstream.ts'
import type { HttpPools } from '../http/pools.ts'
import { refuseUpstream } from '../problems.ts'

/** An answer to a POST is a few words; more of it is not read, in bytes. */
const POST_BYTES_MAX = 64 * 1024

/** An open HTTP+SSE stream and the path to which messages are posted (MCP 2024-11-05, transports). */
export type SseStream = {
  readonly events: AsyncIterator<StreamEvent>
  readonly path: string
  /** Gives the stream up. */
  readonly end: Cancel
}

/** The two ways of HTTP+SSE as one pipe: what is written is posted, what comes is read from the stream. */
export class SsePipe implements Pipe {
  readonly pid = undefined
  readonly #pools: HttpPools
  readonly #server: ServerEntity
  readonly #stream: SseStream
  readonly #events: PipeEvents
  #isOver = false
  #goOn: (() => void) | undefined
  #isPaused = false

  constructor(pools: HttpPools, server: ServerEntity, stream: SseStream, events: PipeEvents) {
    this.#pools = pools
    this.#server = server
    this.#stream = stream
    this.#events = events
    void this.#read()
  }

  async write(text: string): Promise<void> {
    const { path, end } = this.#stream
    const { callTimeoutMs } = this.#server.limits
    const response = await withDeadline(callTimeoutMs, end.signal, (signal) =>
      sendHttp(this.#pools, this.#server, {
        method: 'POST',
        path,
        body: text,
        headers: {},
        signal,
        heldBytesMax: POST_BYTES_MAX,
      }),
    )
    if (response.status < 300) return
    const { body } = response
    const said = body.kind === 'none' ? body.detail : body.kind === 'message' ? body.text : ''
    throw refuseUpstream('upstream.failed', {
      detail: `it did not take the message (status ${response.status}): ${said.slice(0, 200)}`,
    })
  }

  setPaused(paused: boolean): void {
    this.#isPaused = paused
    if (!paused) this.#goOn?.()
  }

  stop(): Promise<void> {
    this.#finish(refuseUpstream('upstream.failed', { detail: 'the stream was closed' }))
    return Promise.resolve()
  }

  /** Reads to the end; while it is paused nothing is pulled, which pauses the socket. */
  async #read(): Promise<void> {
    const { events } = this.#stream
    try {
      for (let next = await events.next(); next.done !== true; next = await events.next()) {
        if (isLarge(next.value)) await this.#takeLarge(next.value)
        else this.#take(next.value)
        if (this.#isPaused) await this.#resumption()
      }
      this.#finish(refuseUpstream('upstream.failed', { detail: 'the server ended its stream' }))
    } catch (error) {
      this.#finish(error instanceof Problem ? error : transportProblem(error))
    }
  }

  #take(event: SseEvent): void {
    const data = dataOf(event)
    if (data === undefined || data === '' || !isMessage(event.fields)) return
    try {
      for (const message of readServerMessages(data)) this.#events.onMessage(message)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      throw refuseUpstream('upstream.invalid_answer', { detail: error.message, cause: error })
    }
  }

  /** The stream is everybody's: what one answer says is kept until it is known whose it is. */
  async #takeLarge(event: LargeEvent): Promise<void> {
    if (!isMessage(event.before)) return
    const long = new LongMessage({
      spool: this.#pools.spool,
      bytesMax: this.#server.limits.resultBytesMax,
      isAwaited: this.#events.isAwaited,
    })
    try {
      for await (const chunk of event.chunks) await long.push(chunk)
    } catch (error) {
      long.discard()
      throw error
    }
    this.#events.onLong(long.end())
  }

  async #resumption(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#goOn = resolve
    })
    this.#goOn = undefined
  }

  #finish(problem: Problem): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#stream.end.abort(READ_ENOUGH)
    this.#goOn?.()
    this.#events.onEnd(problem)
  }
}

/** Events of another name carry no messages. */
function isMessage(fields: readonly SseField[]): boolean {
  return (fields.findLast(({ name }) => name === 'event')?.value ?? 'message') === 'message'
}
