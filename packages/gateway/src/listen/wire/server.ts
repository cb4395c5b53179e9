import type { Server as HttpServer } from 'node:http'
import { createServer, type Server, type Socket } from 'node:net'
import { systemClock } from '@mcp-orchestra/kernel'
import type { HeadFrame } from './answer-head.ts'
import { Connection, type ConnectionHost, type WireRequest } from './connection.ts'
import type { RawAnswer } from './raw-answer.ts'

/** One look at all connections, in milliseconds: as often as node:http looks at its own. */
const SWEEP_MS = 1_000

/** What a {@link WireServer} is made of; times in milliseconds. */
export type WireOptions = {
  /** Serves every socket that sends something of another shape; it never listens itself. */
  readonly http: HttpServer
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly idleMs: number
  /** Must not throw. */
  readonly serve: (request: WireRequest, answer: RawAnswer) => void
}

/**
 * Takes connections for MCP: the strict shape of request is served here, every other connection goes to node:http
 * at the first byte that differs, and stays there (ADR-0017).
 */
export class WireServer implements ConnectionHost {
  /** What listens. */
  readonly server: Server
  readonly limits: ConnectionHost['limits']
  readonly serve: WireOptions['serve']
  readonly #http: HttpServer
  readonly #keepAliveLines: string
  readonly #connections = new Set<Connection>()
  readonly #timer: NodeJS.Timeout
  #tick = 0
  #isClosing = false
  #frame: HeadFrame | undefined

  constructor({ http, headersTimeoutMs, bodyTimeoutMs, idleMs, serve }: WireOptions) {
    this.serve = serve
    this.#http = http
    this.limits = {
      headTicks: ticksOf(headersTimeoutMs),
      bodyTicks: ticksOf(bodyTimeoutMs),
      idleTicks: ticksOf(idleMs),
    }
    const idleSeconds = Math.floor(idleMs / 1_000)
    this.#keepAliveLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${idleSeconds}\r\n`
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#connections.add(new Connection(socket, this))
    })
    // What node:http does when it listens: from here on it looks at the time-outs of the sockets that it is given.
    http.emit('listening')
    this.#timer = setInterval(() => this.#sweep(), SWEEP_MS).unref()
  }

  get tick(): number {
    return this.#tick
  }

  get frame(): HeadFrame {
    this.#frame ??= {
      dateLine: `Date: ${new Date(systemClock.now()).toUTCString()}\r\n`,
      keepAliveLines: this.#keepAliveLines,
      isClosing: this.#isClosing,
    }
    return this.#frame
  }

  takeOver(connection: Connection, socket: Socket, bytes: Buffer): void {
    this.#connections.delete(connection)
    socket.unshift(bytes)
    this.#http.emit('connection', socket)
    socket.resume()
  }

  forget(connection: Connection): void {
    this.#connections.delete(connection)
  }

  /** Takes no more connections, ends idle ones; resolves when all have ended, those of node:http too. */
  close(): Promise<void> {
    this.#isClosing = true
    this.#frame = undefined
    return new Promise((resolve) => {
      this.server.close(() => {
        clearInterval(this.#timer)
        resolve()
      })
      // Ends its idle connections; the others are counted by our server, which took them.
      this.#http.close()
      for (const connection of this.#connections) if (connection.isIdle) connection.destroy()
    })
  }

  /** Ends all connections now. */
  cut(): void {
    for (const connection of this.#connections) connection.destroy()
    this.#http.closeAllConnections()
  }

  #sweep(): void {
    this.#tick += 1
    // The date of the next answer is read anew.
    this.#frame = undefined
    for (const connection of this.#connections) connection.sweep(this.#tick)
  }
}

/** The tick now running has begun already: one more, so that nobody has less time than was promised. */
function ticksOf(ms: number): number {
  return Math.ceil(ms / SWEEP_MS) + 1
}
