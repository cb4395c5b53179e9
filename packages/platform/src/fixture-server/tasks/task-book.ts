import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'

/** How long a task is kept, from its creation. Longer than any test. Milliseconds. */
const TTL_MS = 3_600_000
/** How often a client should look. Milliseconds. */
const POLL_INTERVAL_MS = 100
/** Tasks held at once; the oldest goes first, as a leak in a test must not grow without end. */
const TASKS_MAX = 1_000

/** What a task asks its client (MCP 2026-07-28 `inputRequests`), or was answered. */
export type Inputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** A task as `tasks/get` tells it (SEP-2663 `DetailedTask`). */
export type TaskState = {
  readonly taskId: string
  readonly status: 'working' | 'input_required' | 'completed' | 'cancelled' | 'failed'
  readonly statusMessage?: string
  readonly createdAt: string
  readonly lastUpdatedAt: string
  readonly ttlMs: number
  readonly pollIntervalMs: number
  readonly inputRequests?: Inputs
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly code: number; readonly message: string }
}

/** What the work of a task may use. */
export type TaskWork = {
  /** Aborts when the task is cancelled. */
  readonly signal: AbortSignal
  /** Parks the task until each question is answered; the keys must be new in this task. */
  ask(questions: Inputs): Promise<Inputs>
}

/** A fault of the protocol in the middle of a task: it ends as `failed`. */
export class TaskFault extends Error {
  readonly code: number
  constructor(code: number, message: string) {
    super(message)
    this.code = code
  }
}

/** The tasks of one fixture, in memory. */
export type TaskBook = {
  /** Starts the work; the task can be asked for before this returns. */
  create(work: (use: TaskWork) => Promise<Readonly<Record<string, unknown>>>): TaskState
  find(taskId: string): TaskState | undefined
  /** Answers questions that are open; others are ignored, as SEP-2663 asks. */
  update(taskId: string, answers: Inputs): void
  cancel(taskId: string): void
  /** Tells every change of a task until the returned function is called. */
  follow(taskId: string, changed: (state: TaskState) => void): () => void
}

type Entry = {
  state: TaskState
  readonly leaving: AbortController
  readonly open: Map<string, (answer: Readonly<Record<string, unknown>>) => void>
}

const TERMINAL: ReadonlySet<TaskState['status']> = new Set(['completed', 'cancelled', 'failed'])

/** Makes an empty book of tasks (`io.modelcontextprotocol/tasks`). */
export function createTaskBook(): TaskBook {
  const entries = new Map<string, Entry>()
  const news = new EventEmitter().setMaxListeners(0)

  function change(entry: Entry, part: Partial<TaskState>): void {
    if (TERMINAL.has(entry.state.status)) return
    const { inputRequests: _, ...kept } = entry.state
    entry.state = { ...kept, lastUpdatedAt: new Date().toISOString(), ...part }
    news.emit(entry.state.taskId, entry.state)
  }

  async function ask(entry: Entry, questions: Inputs): Promise<Inputs> {
    const answers = Object.keys(questions).map(
      (key) =>
        new Promise<[string, Readonly<Record<string, unknown>>]>((resolve) => {
          entry.open.set(key, (answer) => resolve([key, answer]))
        }),
    )
    change(entry, { status: 'input_required', inputRequests: questions })
    return Object.fromEntries(await Promise.all(answers))
  }

  async function run(entry: Entry, work: Parameters<TaskBook['create']>[0]): Promise<void> {
    try {
      const use = { signal: entry.leaving.signal, ask: (inputs: Inputs) => ask(entry, inputs) }
      change(entry, { status: 'completed', result: await work(use) })
    } catch (error) {
      if (entry.leaving.signal.aborted) return
      const code = error instanceof TaskFault ? error.code : -32_603
      const message = String(error instanceof Error ? error.message : error)
      change(entry, { status: 'failed', statusMessage: message, error: { code, message } })
    }
  }

  return {
    create(work) {
      const now = new Date().toISOString()
      const taskId = randomUUID()
      const entry: Entry = {
        leaving: new AbortController(),
        open: new Map(),
        state: {
          taskId,
          status: 'working',
          createdAt: now,
          lastUpdatedAt: now,
          ttlMs: TTL_MS,
          pollIntervalMs: POLL_INTERVAL_MS,
        },
      }
      entries.set(taskId, entry)
      const [oldest] = entries.keys()
      if (entries.size > TASKS_MAX && oldest !== undefined) entries.delete(oldest)
      const created = entry.state
      void run(entry, work)
      return created
    },
    find: (taskId) => entries.get(taskId)?.state,
    update(taskId, answers) {
      const entry = entries.get(taskId)
      if (entry === undefined) return
      const answered = Object.entries(answers).filter(([key]) => entry.open.has(key))
      if (answered.length === 0) return
      const inputRequests = { ...entry.state.inputRequests }
      for (const [key] of answered) delete inputRequests[key]
      const isParked = Object.keys(inputRequests).length > 0
      change(entry, isParked ? { inputRequests } : { status: 'working' })
      for (const [key, answer] of answered) {
        entry.open.get(key)?.(answer)
        entry.open.delete(key)
      }
    },
    cancel(taskId) {
      const entry = entries.get(taskId)
      if (entry === undefined) return
      change(entry, { status: 'cancelled' })
      entry.leaving.abort()
    },
    follow(taskId, changed) {
      news.on(taskId, changed)
      return () => void news.off(taskId, changed)
    },
  }
}
