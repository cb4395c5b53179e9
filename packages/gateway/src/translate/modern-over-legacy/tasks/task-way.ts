import type { Refusal } from '../answers.ts'
import type { Given } from '../given.ts'
import type { LegacySession } from '../legacy-session.ts'
import type { ListedTools } from '../listed-tools.ts'
import { TASKS_EXTENSION } from './task-words.ts'

/** A capability that the client did not declare (MCP 2026-07-28, error codes). */
const RPC_MISSING_CAPABILITY = -32021

/** How a call goes: as it is, as a task, or not at all. */
export type TaskWay =
  | { readonly kind: 'plain' }
  | { readonly kind: 'task' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/**
 * Decides for the server, as the tasks extension has it, whether a call becomes a task: only where the tool cannot be
 * called in another way (MCP 2025-11-25, `execution.taskSupport: "required"`). One that may be either is called plainly,
 * so that its questions, progress and result come on one stream.
 */
export async function taskWay(
  session: LegacySession,
  { request, server, client, words }: Given,
  tools: ListedTools,
): Promise<TaskWay> {
  if (request.method !== 'tools/call' || !session.offers.taskCalls) return { kind: 'plain' }
  const { target = '' } = words
  if (tools.tasks.isRequired(server, target) === undefined) {
    await tools.ask(session)
    // A tool that is in no list is asked for once: what it is, the server says.
    if (tools.tasks.isRequired(server, target) === undefined)
      tools.tasks.note(server, target, false)
  }
  if (tools.tasks.isRequired(server, target) !== true) return { kind: 'plain' }
  if (client.declaresTasks) return { kind: 'task' }
  return {
    kind: 'refused',
    refusal: {
      status: 400,
      code: RPC_MISSING_CAPABILITY,
      sentence: `missing required client capability: ${TASKS_EXTENSION}`,
      dataText: `{"requiredCapabilities":{"extensions":{"${TASKS_EXTENSION}":{}}}}`,
    },
  }
}
