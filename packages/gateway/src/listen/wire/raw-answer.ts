import type { Socket } from 'node:net'
import { formatHead, type AnswerHead, type HeadFrame } from './answer-head.ts'
import type { Answer, AnswerEvent, AnswerHeaders } from './answer.ts'

/** Whose answer it is: the connection, told once when all of the answer has left. */
export interface AnswerOwner {
  readonly frame: HeadFrame
  answered(isLast: boolean): void
}

/** One answer, written to the socket as it is: what `ServerResponse` does, without stream and emitter. */
export class RawAnswer implements Answer {
  readonly #socket: Socket
  readonly #owner: AnswerOwner
  #head: AnswerHead | undefined
  #isHeadOut = false
  #isEnded = false
  #isFinished = false
  #isClosed = false
  /** Body bytes so far, where their number was stated. */
  #written = 0
  #onClose: (() => void)[] = NOBODY
  #onDrain: (() => void)[] = NOBODY

  constructor(socket: Socket, owner: AnswerOwner) {
    this.#socket = socket
    this.#owner = owner
  }

  get headersSent(): boolean {
    return this.#head !== undefined
  }

  /** Whether a byte of it is on its way: before, the connection may still answer in its place. */
  get isOut(): boolean {
    return this.#isHeadOut
  }

  get writableEnded(): boolean {
    return this.#isEnded
  }

  get writableFinished(): boolean {
    return this.#isFinished
  }

  get writableNeedDrain(): boolean {
    return !this.#isEnded && !this.destroyed && this.#socket.writableNeedDrain
  }

  /** Also when the client has said its last word: what is written to it from then on arrives nowhere. */
  get destroyed(): boolean {
    return this.#isClosed || !this.#socket.writable
  }

  writeHead(status: number, headers: AnswerHeaders): void {
    if (this.#head !== undefined) throw new Error('the head of an answer is written once')
    this.#head = formatHead(status, headers, this.#owner.frame)
  }

  flushHeaders(): void {
    if (this.#isHeadOut || this.destroyed) return
    this.#isHeadOut = true
    this.#socket.write(this.#stated().text, 'latin1')
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#isEnded || this.destroyed) return false
    const { hasBody, contentLength } = this.#stated()
    const bytes = typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length
    if (!hasBody || bytes === 0) {
      this.flushHeaders()
      return !this.#socket.writableNeedDrain
    }
    if (contentLength !== undefined) return this.#writeCounted(chunk, bytes, contentLength)
    const size = `${bytes.toString(16)}\r\n`
    if (typeof chunk === 'string') {
      this.flushHeaders()
      return this.#socket.write(`${size}${chunk}\r\n`, 'utf8')
    }
    this.#socket.cork()
    this.flushHeaders()
    this.#socket.write(size, 'latin1')
    this.#socket.write(chunk)
    const goesOn = this.#socket.write('\r\n', 'latin1')
    this.#socket.uncork()
    return goesOn
  }

  end(text?: string): void {
    if (this.#isEnded || this.destroyed) return
    const { text: head, hasBody, contentLength } = this.#stated()
    if (text !== undefined && contentLength !== undefined && hasBody && !this.#isHeadOut) {
      const bytes = Buffer.byteLength(text)
      if (bytes !== contentLength) throw new RangeError('the body is not as long as its head says')
      this.#isHeadOut = true
      // Of ASCII alone: then no byte has to be encoded.
      this.#socket.write(head + text, bytes === text.length ? 'latin1' : 'utf8')
    } else {
      if (text !== undefined) this.write(text)
      this.flushHeaders()
      if (hasBody && contentLength === undefined) this.#socket.write('0\r\n\r\n', 'latin1')
      // Too short: the client must not take the next answer for the rest of this one.
      else if (hasBody && this.#written !== contentLength) return this.destroy()
    }
    this.#isEnded = true
    if (this.#socket.writableLength === 0) this.#finish()
    else this.#socket.write('', 'latin1', this.#onFlushed)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  on(event: AnswerEvent, listener: () => void): void {
    if (event === 'close') this.#onClose = [...this.#onClose, listener]
    // Errors of a socket are the connection's: it hears them, and 'close' follows.
    else if (event === 'drain') this.#onDrain = [...this.#onDrain, listener]
  }

  off(event: AnswerEvent, listener: () => void): void {
    if (event === 'close') this.#onClose = this.#onClose.filter((other) => other !== listener)
    else if (event === 'drain') this.#onDrain = this.#onDrain.filter((other) => other !== listener)
  }

  /** The socket takes more. */
  drained(): void {
    if (this.#isEnded || this.#isClosed) return
    for (const listener of this.#onDrain) listener()
  }

  /** The socket is gone, or the answer has left. */
  closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const listeners = this.#onClose
    this.#onClose = NOBODY
    this.#onDrain = NOBODY
    for (const listener of listeners) listener()
  }

  readonly #onFlushed = (error?: Error | null): void => {
    if (error === undefined || error === null) this.#finish()
  }

  #finish(): void {
    if (this.#isClosed) return
    this.#isFinished = true
    this.closed()
    this.#owner.answered(this.#stated().isLast)
  }

  #stated(): AnswerHead {
    if (this.#head === undefined) throw new Error('an answer begins with its head')
    return this.#head
  }

  #writeCounted(chunk: string | Uint8Array, bytes: number, contentLength: number): boolean {
    this.#written += bytes
    // Too long: the rest would be read as the next answer.
    if (this.#written > contentLength) {
      this.destroy()
      return false
    }
    this.flushHeaders()
    return typeof chunk === 'string' ? this.#socket.write(chunk, 'utf8') : this.#socket.write(chunk)
  }
}

const NOBODY: (() => void)[] = []
