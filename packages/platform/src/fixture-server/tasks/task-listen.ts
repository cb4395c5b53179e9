import { SUBSCRIPTION_ID_META_KEY } from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { TaskBook, TaskState } from './task-book.ts'

const Listen = z.looseObject({
  id: z.union([z.string(), z.number()]),
  method: z.literal('subscriptions/listen'),
  params: z.looseObject({
    notifications: z.looseObject({ taskIds: z.array(z.string()) }),
  }),
})

/**
 * Answers a `subscriptions/listen` for tasks with a stream of `notifications/tasks` (SEP-2663); undefined for
 * every other message. The SDK knows no `taskIds`, so such a stream carries tasks alone.
 */
export function serveTaskListen(body: unknown, book: TaskBook): Response | undefined {
  const listen = Listen.safeParse(body).data
  if (listen === undefined) return undefined
  const { id, params } = listen
  const taskIds = params.notifications.taskIds.filter((taskId) => book.find(taskId) !== undefined)
  const _meta = { [SUBSCRIPTION_ID_META_KEY]: id }
  const unfollow: (() => void)[] = []
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const tell = (method: string, said: Record<string, unknown>): void => {
        const message = { jsonrpc: '2.0', method, params: { ...said, _meta } }
        controller.enqueue(
          new TextEncoder().encode(`event: message\ndata: ${JSON.stringify(message)}\n\n`),
        )
      }
      tell('notifications/subscriptions/acknowledged', { notifications: { taskIds } })
      for (const taskId of taskIds) {
        unfollow.push(book.follow(taskId, (state: TaskState) => tell('notifications/tasks', state)))
      }
    },
    cancel() {
      for (const end of unfollow) end()
    },
  })
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  })
}
