import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import { REQUEST_BYTES_MAX } from '../request-body.ts'
import type { HeadFrame } from './answer-head.ts'
import { Body } from './body.ts'
import { readHead } from './head.ts'
import { RawAnswer, type AnswerOwner } from './raw-answer.ts'

/**
 * Bytes that wait for their turn, of pipelined requests or of a body that nobody asked for yet; when there are
 * more, the client is not read from. One read of a socket: the least that can be held at all.
 */
const HELD_BYTES_MAX = 64 * 1024
/** In place of the many ways in which the end of an unfinished request can be told: what node:http says. */
const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'
const TOO_SLOW = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/** One request of the fast path. */
export type WireRequest = {
  readonly url: string
  readonly headers: IncomingHttpHeaders
  /** Its body: {@link Body.read}, once. */
  readonly body: Body
}

/** What a connection needs of the server that took it. Times are in ticks of the server's sweep. */
export interface ConnectionHost {
  readonly frame: HeadFrame
  /** Ticks so far. */
  readonly tick: number
  readonly limits: {
    readonly headTicks: number
    readonly bodyTicks: number
    readonly idleTicks: number
  }
  serve(request: WireRequest, answer: RawAnswer): void
  /** node:http takes the socket for good; `bytes` is what it has not been served of. */
  takeOver(connection: Connection, socket: Socket, bytes: Buffer): void
  forget(connection: Connection): void
}

/** A client's connection while all it sends has the strict shape: one request at a time, in order. */
export class Connection implements AnswerOwner {
  readonly #socket: Socket
  readonly #host: ConnectionHost
  #answer: RawAnswer | undefined
  #body: Body | undefined
  #held: Buffer | undefined
  /** When the connection has waited long enough for what it waits for; Infinity while we answer. */
  #deadlineTick: number
  #hasServed = false

  constructor(socket: Socket, host: ConnectionHost) {
    this.#socket = socket
    this.#host = host
    this.#deadlineTick = host.tick + host.limits.headTicks
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('drain', this.#onDrain)
    socket.on('error', leaveToClose)
    socket.on('close', this.#onClose)
  }

  get frame(): HeadFrame {
    return this.#host.frame
  }

  /** Whether nothing of a request is here. */
  get isIdle(): boolean {
    return this.#answer === undefined && this.#body === undefined && this.#held === undefined
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Looks whether the client has taken too long. */
  sweep(tick: number): void {
    if (tick < this.#deadlineTick) return
    const { limits } = this.#host
    if (this.#body !== undefined && !this.#body.isWhole && !this.#body.isFailed) {
      this.#body.fail()
      // Time for whoever waited to say so to the client.
      this.#deadlineTick = tick + limits.headTicks
      return
    }
    const owesHead = this.#answer === undefined ? !this.#hasServed : !this.#answer.isOut
    if (owesHead) this.#socket.write(TOO_SLOW, 'latin1')
    this.#socket.destroy()
  }

  answered(isLast: boolean): void {
    this.#answer = undefined
    this.#hasServed = true
    if (isLast) return this.#socket.destroySoon()
    const body = this.#body
    if (body === undefined || body.isWhole) return this.#next()
    // Refused before it was read: the rest still stands before the next request.
    body.drop()
    this.#deadlineTick = this.#host.tick + this.#host.limits.bodyTicks
    this.#socket.resume()
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.isIdle) return this.#begin(chunk)
    let rest: Buffer | undefined = chunk
    const body = this.#body
    if (body !== undefined && !body.isWhole) {
      rest = body.take(chunk)
      if (body.isWhole) this.#deadlineTick = Number.POSITIVE_INFINITY
      else if (body.idleBytes > HELD_BYTES_MAX) this.#socket.pause()
    }
    if (rest !== undefined) {
      this.#held = this.#held === undefined ? rest : Buffer.concat([this.#held, rest])
      if (this.#held.length > HELD_BYTES_MAX) this.#socket.pause()
    }
    if (body?.isWhole === true && this.#answer === undefined) this.#next()
  }

  #begin(bytes: Buffer): void {
    const head = readHead(bytes)
    if (head === undefined || head.contentLength > REQUEST_BYTES_MAX) return this.#handOver(bytes)
    const end = head.headBytes + head.contentLength
    const body = new Body(head.contentLength, bytes.subarray(head.headBytes, end), this.#onWanted)
    this.#body = body
    if (bytes.length > end) this.#held = bytes.subarray(end)
    this.#deadlineTick = body.isWhole
      ? Number.POSITIVE_INFINITY
      : this.#host.tick + this.#host.limits.bodyTicks
    const answer = new RawAnswer(this.#socket, this)
    this.#answer = answer
    this.#host.serve({ url: head.url, headers: head.headers, body }, answer)
  }

  /** The request is over and its answer has left. */
  #next(): void {
    this.#body = undefined
    this.#deadlineTick = this.#host.tick + this.#host.limits.idleTicks
    if (this.#held !== undefined) {
      // Not from within the answer before it: whoever ended that one has still to return.
      process.nextTick(this.#onTurn)
    } else if (this.frame.isClosing) this.#socket.destroySoon()
    else this.#socket.resume()
  }

  readonly #onTurn = (): void => {
    const held = this.#held
    if (held === undefined || this.#socket.destroyed) return
    this.#held = undefined
    this.#socket.resume()
    this.#begin(held)
  }

  /** Somebody reads the body that may have been held back. */
  readonly #onWanted = (): void => {
    this.#socket.resume()
  }

  #handOver(bytes: Buffer): void {
    const socket = this.#socket
    socket.pause()
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    socket.off('drain', this.#onDrain)
    socket.off('error', leaveToClose)
    socket.off('close', this.#onClose)
    this.#host.takeOver(this, socket, bytes)
  }

  /**
   * The client says no more, which is how one that leaves looks: as on node:http, an unfinished request is refused
   * and an unfinished answer given up.
   */
  readonly #onEnd = (): void => {
    const isCutShort = this.#body !== undefined && !this.#body.isWhole
    if (isCutShort) {
      if (this.#answer?.isOut !== true) this.#socket.write(BAD_REQUEST, 'latin1')
      this.#socket.destroy()
    } else this.#socket.end()
  }

  readonly #onDrain = (): void => {
    this.#answer?.drained()
  }

  readonly #onClose = (): void => {
    this.#host.forget(this)
    this.#held = undefined
    this.#body?.fail(new Error('the client left'))
    this.#answer?.closed()
  }
}

/** A socket that breaks is a client that left: 'close' follows and says so. */
function leaveToClose(): void {
  // Nothing to do.
}
