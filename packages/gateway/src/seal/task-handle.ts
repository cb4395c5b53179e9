import type { Clock } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import { createHandleCodec, type HandleCodec } from './handle-codec.ts'
import { createSeal } from './seal.ts'

/** What the task id of a client says (tasks extension; ADR-0019). */
export const TaskHandle = z.object({
  serverId: z.string(),
  /** The server's own id of the task. */
  taskId: z.string(),
  /** The server's own name of the tool that began it. */
  tool: z.string(),
  /** The version of the price when it began; null when it was free. */
  priceVersion: z.int().nullable(),
  /** The idempotency key of its purchase: one task is paid for once. */
  purchaseKey: z.string(),
})
export type TaskHandle = z.infer<typeof TaskHandle>

/**
 * How long a task can be reached, in milliseconds: a month, longer than servers keep results. The server's own
 * `ttlMs` ends most of them long before.
 */
export const TASK_HANDLE_LIFE_MS = 30 * 24 * 3_600_000

/** Seals and opens the task ids that modern clients see. */
export function createTaskHandles(sealingKey: () => string, clock: Clock): HandleCodec<TaskHandle> {
  const seal = createSeal('task', sealingKey)
  return createHandleCodec({ seal, schema: TaskHandle, clock, lifeMs: TASK_HANDLE_LIFE_MS })
}
