import {
  ProtocolError,
  ProtocolErrorCode,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import type { TaskBook, TaskState } from './task-book.ts'
import { declaresTasks, tasksAreRequired } from './task-tools.ts'

const Which = z.looseObject({ taskId: z.string() })
const Answers = z.record(z.string(), z.looseObject({}))

/** Registers `tasks/get`, `tasks/update` and `tasks/cancel` (SEP-2663); there is no list and no result. */
export function registerTaskMethods(server: McpServer, book: TaskBook): void {
  function known(ctx: ServerContext, taskId: string): TaskState {
    if (!declaresTasks(ctx)) throw tasksAreRequired()
    const state = book.find(taskId)
    if (state === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Task not found')
    return state
  }
  server.server.setRequestHandler('tasks/get', { params: Which }, ({ taskId }, ctx) => ({
    ...known(ctx, taskId),
  }))
  server.server.setRequestHandler('tasks/update', { params: Which }, ({ taskId }, ctx) => {
    // The SDK takes `inputResponses` out of every request's params.
    const answers = Answers.parse(ctx.mcpReq.inputResponses ?? {})
    book.update(known(ctx, taskId).taskId, answers)
    return {}
  })
  server.server.setRequestHandler('tasks/cancel', { params: Which }, ({ taskId }, ctx) => {
    book.cancel(known(ctx, taskId).taskId)
    return {}
  })
}
