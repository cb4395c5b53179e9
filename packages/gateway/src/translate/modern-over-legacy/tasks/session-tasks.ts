import type { Message } from '../../../protocol/message.ts'
import type { CallSession } from '../open-call.ts'
import { TASK_KEPT_MS, TaskTalk } from './task-talk.ts'
import { relatedTask } from './task-words.ts'

/** Tasks that one session remembers: some 200 bytes each, but for those that ask. */
const TASKS_MAX = 1_000

/** The tasks that were begun in a session, or asked about in it: what the server asks names its task, and the session is kept for them. */
export class SessionTasks {
  readonly #session: CallSession
  readonly #nowMs: () => number
  readonly #talks = new Map<string, TaskTalk>()

  constructor(session: CallSession, nowMs: () => number) {
    this.#session = session
    this.#nowMs = nowMs
  }

  has(taskId: string): boolean {
    return this.#talks.has(taskId)
  }

  /** The talk about a task, begun when there is none; the one that was silent longest makes room. */
  of(taskId: string): TaskTalk {
    const known = this.#talks.get(taskId)
    const talk = known ?? new TaskTalk(this.#session, taskId, this.#nowMs())
    talk.seenAtMs = this.#nowMs()
    this.#talks.delete(taskId)
    this.#talks.set(taskId, talk)
    const [silent] = this.#talks
    if (this.#talks.size > TASKS_MAX && silent !== undefined) {
      this.#talks.delete(silent[0])
      silent[1].end()
    }
    return talk
  }

  /** The server does not know it (any more). */
  forget(taskId: string): void {
    this.#talks.get(taskId)?.end()
    this.#talks.delete(taskId)
  }

  /** Whether a task is running that somebody may still ask about. */
  get areRunning(): boolean {
    const sinceMs = this.#nowMs() - TASK_KEPT_MS
    for (const { isOver, seenAtMs } of this.#talks.values())
      if (!isOver && seenAtMs > sinceMs) return true
    return false
  }

  /** Takes a server's request in that names one of these tasks; whether it did. */
  take(message: Message): boolean {
    if (this.#talks.size === 0) return false
    const talk = this.#talks.get(relatedTask(message) ?? '')
    talk?.ask(message)
    return talk !== undefined
  }

  /** The server takes back a question about one of these. */
  withdraw(message: Message): boolean {
    for (const talk of this.#talks.values()) if (talk.withdraw(message)) return true
    return false
  }
}
