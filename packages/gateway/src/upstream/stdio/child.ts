import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { readServerMessages } from '../../protocol/server-message.ts'
import { MessageError } from '../../protocol/message.ts'
import { LongMessage } from '../duplex/long-message.ts'
import type { Pipe, PipeEvents } from '../duplex/pipe.ts'
import { refuseUpstream } from '../problems.ts'
import { LineSplitter, type Line } from './line-splitter.ts'
import type { Spool } from '../spool/spool.ts'
import type { SpawnPlan } from './spawn-plan.ts'
import { StderrTail } from './stderr-tail.ts'

/** Lines that are no message (a stray print) are tolerated up to this many per process, then it counts as broken. */
export const GARBAGE_LINES_MAX = 256
/** What may wait for a child that does not read its input, in bytes: a few of the largest requests. */
const UNREAD_BYTES_MAX = 16 * 1024 * 1024
/** How long a child may take to leave after its input ended, and again after SIGTERM, in milliseconds. */
const LEAVE_MS = 500
const TERMINATE_MS = 2_000
/** How long an ended child's pipes are still read, in milliseconds. */
const LAST_WORDS_MS = 250

/** How large an answer may be, in bytes, and where one is kept that is too large for memory. */
export type ChildLimits = { readonly spool: Spool; readonly resultBytesMax: number }

/** One server process: its own process group, newline-delimited JSON on its pipes, and a reason when it dies. */
export class Child implements Pipe {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #events: PipeEvents
  readonly #secrets: readonly string[]
  readonly #stderr = new StderrTail()
  readonly #lines = new LineSplitter()
  readonly #exited: Promise<void>
  readonly #spool: Spool
  readonly #resultBytesMax: number
  /** The line over the holding limit that is being read. */
  #long: LongMessage | undefined
  /** Why nothing is read now: readers that are slow, the disk that is. */
  #isPaused = false
  #waits = 0
  #garbage = 0
  #isOver = false

  constructor(plan: SpawnPlan, events: PipeEvents, { spool, resultBytesMax }: ChildLimits) {
    this.#events = events
    this.#spool = spool
    this.#resultBytesMax = resultBytesMax
    this.#secrets = plan.secrets
    this.#process = spawn(plan.command, [...plan.args], {
      env: { ...plan.env },
      cwd: plan.cwd,
      shell: false,
      detached: true,
      stdio: 'pipe',
    })
    const { stdin, stdout, stderr } = this.#process
    stdout.on('data', (chunk: Buffer) => {
      for (const line of this.#lines.push(chunk)) this.#take(line)
    })
    stderr.on('data', (chunk: Buffer) => this.#stderr.push(chunk))
    // A pipe that breaks is a child that ended: 'exit' says why.
    for (const pipe of [stdin, stdout, stderr]) pipe.on('error', () => undefined)
    this.#process.on('error', (cause) =>
      this.#end(`it could not be started: ${cause.message}`, 'upstream.unreachable'),
    )
    this.#exited = new Promise((resolve) => {
      this.#process.once('error', () => resolve())
      this.#process.once('exit', (code, signal) => {
        // What the child started and left behind goes with it.
        this.#signalGroup('SIGKILL')
        resolve()
        // The last lines of stderr may still be in the pipe; who holds it open has left the group.
        const end = (): void => this.#end(`it ended (${signal ?? `exit code ${code}`})`)
        const lastWords = setTimeout(end, LAST_WORDS_MS)
        this.#process.once('close', () => {
          clearTimeout(lastWords)
          end()
        })
      })
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Writes one message as a line. */
  write(text: string): undefined {
    if (this.#process.stdin.writableLength > UNREAD_BYTES_MAX) {
      throw refuseUpstream('upstream.busy', { detail: 'the server does not read its input' })
    }
    // A line break between tokens is legal JSON, but here it ends the message.
    this.#process.stdin.write(`${text.replace(/[\r\n]+/g, ' ')}\n`)
  }

  /** Stops or goes on reading what the child writes, so that a slow client slows the child. */
  setPaused(paused: boolean): void {
    this.#isPaused = paused
    this.#flow()
  }

  #flow(): void {
    if (this.#isPaused || this.#waits > 0) this.#process.stdout.pause()
    else this.#process.stdout.resume()
  }

  /** Ends the process and its group: end of input, then SIGTERM, then SIGKILL; resolves when it is gone. */
  async stop(): Promise<void> {
    this.#end('it was stopped')
    this.#process.stdin.end()
    const terminate = setTimeout(() => this.#signalGroup('SIGTERM'), LEAVE_MS)
    const kill = setTimeout(() => this.#signalGroup('SIGKILL'), LEAVE_MS + TERMINATE_MS)
    await this.#exited
    clearTimeout(terminate)
    clearTimeout(kill)
  }

  #take(line: Line): void {
    if (line.kind !== 'line') return this.#takeLong(line)
    try {
      for (const message of readServerMessages(line.text)) this.#events.onMessage(message)
    } catch (error) {
      if (!(error instanceof MessageError)) throw error
      this.#garbage += 1
      if (this.#garbage <= GARBAGE_LINES_MAX) return
      this.#end(
        `it wrote more than ${GARBAGE_LINES_MAX} lines that are no MCP messages`,
        'upstream.invalid_answer',
      )
      void this.stop()
    }
  }

  /** Whose answer a long line is shows at its end; until then the disk has it, and the child waits for the disk. */
  #takeLong(line: Exclude<Line, { kind: 'line' }>): void {
    if (this.#isOver) return
    this.#long ??= new LongMessage({
      spool: this.#spool,
      bytesMax: this.#resultBytesMax,
      isAwaited: this.#events.isAwaited,
    })
    if (line.kind === 'end') {
      const end = this.#long.end()
      this.#long = undefined
      return this.#events.onLong(end)
    }
    const room = this.#long.push(line.bytes)
    if (room === undefined) return
    this.#waits += 1
    this.#flow()
    void room.then(() => {
      this.#waits -= 1
      this.#flow()
    })
  }

  #end(
    what: string,
    code:
      | 'upstream.failed'
      | 'upstream.unreachable'
      | 'upstream.invalid_answer' = 'upstream.failed',
  ): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#long?.discard()
    const words = this.#stderr.quote(this.#secrets)
    const detail = words === '' ? what : `${what}; its last words: ${words}`
    this.#events.onEnd(refuseUpstream(code, { detail }))
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.#process
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch (error) {
      if (
        error instanceof Error &&
        'code' in error &&
        (error.code === 'ESRCH' || error.code === 'EPERM')
      )
        return
      throw error
    }
  }
}
