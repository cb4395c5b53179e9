import type { ChargeDecision } from '../charge/charge.ts'
import type { TaskHandle } from '../seal/task-handle.ts'

/** A task with the id that the client knows it by. */
export type ClientTask = { readonly handle: TaskHandle; readonly idText: string }

/** A task that a client asks about, and how its result is bought. */
export type TaskFacts = {
  readonly client: ClientTask
  /** Begins the one purchase of this task, or finds that it was made; absent for a free one. */
  readonly buy: (() => Promise<ChargeDecision>) | undefined
}
