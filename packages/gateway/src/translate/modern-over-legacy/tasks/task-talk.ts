import { resultMessage, type Message } from '../../../protocol/message.ts'
import { pause } from '../../../pause.ts'
import { Asks } from '../asks.ts'
import type { CallSession, Waiting } from '../open-call.ts'
import { ResultStream } from './result-stream.ts'
import { withRelatedTask } from './task-words.ts'

/** How long a server that wants input may take to say which, in milliseconds; then the client polls on. */
const ASK_WAIT_MS = 1_000
/** A server that asks several things asks them within this, in milliseconds. */
const COLLECT_MS = 20
/** How long after the last word about it a task keeps its session, in milliseconds: clients poll more often than hourly. */
export const TASK_KEPT_MS = 3_600_000

/** Keeps what waits for a client, within the bounds of all that waits. Throws when there is no room. */
export type Hold = (waiting: Waiting) => void

/** What the gateway says and hears about one task of a session: its open questions, and the stream on which they come. */
export class TaskTalk {
  readonly #session: CallSession
  readonly #taskId: string
  readonly #asks: Asks
  #stream: ResultStream | undefined
  #heard = Promise.withResolvers<void>()
  #isOver = false
  /** When it was last spoken of, by the clock that never goes back. */
  seenAtMs: number

  constructor(session: CallSession, taskId: string, nowMs: number) {
    this.#session = session
    this.#taskId = taskId
    this.#asks = new Asks(session.words.can)
    this.seenAtMs = nowMs
  }

  /** Whether it is finished, as far as is known. */
  get isOver(): boolean {
    return this.#isOver
  }

  /** A question of the server's about this task, wherever it came. */
  ask(message: Message): void {
    const verdict = this.#asks.take(message)
    if (verdict === 'asked') this.#heard.resolve()
    else void this.#session.tell(verdict.answerText)
  }

  withdraw(message: Message): boolean {
    return this.#asks.withdraw(message)
  }

  /** What the server wants to know, as the JSON text of `inputRequests`; undefined when it asks nothing now. Throws when too many wait. */
  async questions(hold: Hold): Promise<string | undefined> {
    if (this.#asks.size === 0) {
      this.#listen(hold)
      await Promise.race([this.#heard.promise, pause(ASK_WAIT_MS, this.#session.ended)])
      await pause(COLLECT_MS, this.#session.ended)
    }
    return this.open()
  }

  /** What it has asked already, as {@link questions} says it. */
  open(): string | undefined {
    return this.#asks.size === 0 ? undefined : this.#asks.requestsText()
  }

  /** Gives the client's answers to the server; those to no question are ignored (SEP-2663, tasks/update). */
  async answer(responses: ReadonlyMap<string, string>): Promise<void> {
    const answers = this.#asks.answered(responses)
    if (this.#asks.size === 0) this.#heard = Promise.withResolvers()
    for (const { idText, resultText } of answers) {
      const related = withRelatedTask(resultText, this.#taskId)
      await this.#session.tell(resultMessage(idText, related))
    }
  }

  /** The task is finished, or is to be cancelled: nobody will answer any more. */
  end(): void {
    this.#isOver = true
    this.#stream?.finish()
    this.#giveUp()
  }

  #listen(hold: Hold): void {
    if (this.#stream !== undefined) return
    this.#heard = Promise.withResolvers()
    const stream = new ResultStream(this.#session, this.#taskId, {
      asked: (message) => this.ask(message),
      withdrawn: (message) => this.#asks.withdraw(message),
      over: (how) => {
        this.#stream = undefined
        this.#heard.resolve()
        // A stream that broke takes no question back: the answers go over the session.
        if (how !== 'lost') this.#giveUp()
      },
    })
    try {
      // Like a call that waits for its client: so many, for so long.
      hold(stream)
    } catch (error) {
      stream.finish()
      throw error
    }
    this.#stream = stream
    void stream.open()
  }

  #giveUp(): void {
    for (const text of this.#asks.giveUp()) void this.#session.tell(text)
  }
}
