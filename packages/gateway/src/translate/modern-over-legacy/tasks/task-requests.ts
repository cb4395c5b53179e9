import { scanObject } from '../../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../../protocol/json/span.ts'
import { editObject, splice } from '../../../protocol/json/splice.ts'
import {
  resultMessage,
  RPC_INVALID_PARAMS,
  RPC_METHOD_NOT_FOUND,
} from '../../../protocol/message.ts'
import type { Answer } from '../../../upstream/ask.ts'
import { refuseUpstream } from '../../../upstream/problems.ts'
import type { UpstreamResponse } from '../../../upstream/upstream.ts'
import { refused, whole } from '../answers.ts'
import type { Given, WithSession } from '../given.ts'
import type { LegacySession } from '../legacy-session.ts'
import type { Parking } from '../parking.ts'
import {
  acknowledgedText,
  readLegacyTask,
  taskResultText,
  withoutRelatedTask,
} from './task-words.ts'

/** What requests about tasks are answered with. */
export type TaskRequestsParts = { readonly within: WithSession; readonly parking: Parking }

/** The methods of the tasks extension (SEP-2663). */
export const TASK_METHODS: ReadonlySet<string> = new Set([
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
])

/** One request about one task, in the session where it is asked. */
type TaskRequest = {
  readonly given: Given
  readonly session: LegacySession
  readonly taskId: string
  /** A request of ours about it. */
  readonly ask: (method: string) => Promise<Answer>
}

/** Answers the requests of the tasks extension from the tasks of 2025-11-25. */
export function createTaskRequests({
  within,
  parking,
}: TaskRequestsParts): (given: Given) => Promise<UpstreamResponse> {
  const get = async (about: TaskRequest): Promise<string> => {
    const { session, taskId, ask } = about
    const answer = await ask('tasks/get')
    if (answer.kind === 'error') return unknown(about, answer.text)
    const task = readLegacyTask(answer.text)
    if (task?.taskId !== taskId) throw invalid('the answer is for another task')
    const talk = session.tasks.of(taskId)
    const { serverInfoText } = session
    const say = (members: ReadonlyMap<string, string>): string =>
      resultOf(
        about,
        taskResultText(task, { resultType: 'complete', set: members, serverInfoText }),
      )
    switch (task.status) {
      case 'completed':
      case 'failed':
        talk.end()
        return say(finished(await ask('tasks/result')))
      case 'cancelled':
        talk.end()
        return say(new Map())
      default: {
        const questions =
          task.status === 'input_required'
            ? await talk.questions((waiting) => parking.hold(waiting))
            : talk.open()
        // What wants no answer from this client is work, whatever the server calls it.
        return say(
          questions === undefined
            ? new Map([['status', '"working"']])
            : new Map([
                ['status', '"input_required"'],
                ['inputRequests', questions],
              ]),
        )
      }
    }
  }

  const update = async (about: TaskRequest): Promise<string> => {
    const { given, session, taskId, ask } = about
    if (!session.tasks.has(taskId)) {
      const answer = await ask('tasks/get')
      if (answer.kind === 'error') return unknown(about, answer.text)
    }
    await session.tasks.of(taskId).answer(given.words.inputResponses ?? new Map())
    return resultOf(about, acknowledgedText(session.serverInfoText))
  }

  /** To cancel is a wish: a server that cannot, or a task that is finished, is no error (SEP-2663, task cancellation). */
  const cancel = async (about: TaskRequest): Promise<string> => {
    const { session, taskId, ask } = about
    const answer = await ask('tasks/cancel')
    if (answer.kind === 'error') {
      const still = await ask('tasks/get')
      if (still.kind === 'error') return unknown(about, still.text)
    } else session.tasks.of(taskId).end()
    return resultOf(about, acknowledgedText(session.serverInfoText))
  }

  const works = new Map([
    ['tasks/get', get],
    ['tasks/update', update],
    ['tasks/cancel', cancel],
  ])
  return (given) =>
    within(given, async ({ session, release }) => {
      const { request, words } = given
      const { taskId, inputResponses } = words
      const refuse = (status: number, code: number, sentence: string): UpstreamResponse => {
        release()
        return refused(request, { status, code, sentence })
      }
      if (!session.offers.taskCalls)
        return refuse(404, RPC_METHOD_NOT_FOUND, `unknown method: ${request.method}`)
      if (taskId === undefined)
        return refuse(200, RPC_INVALID_PARAMS, 'invalid params: taskId is not a string')
      if (request.method === 'tasks/update' && inputResponses === undefined)
        return refuse(200, RPC_INVALID_PARAMS, 'invalid params: inputResponses is missing')
      const { signal, heldBytesMax } = request
      const paramsText = JSON.stringify({ taskId })
      const ask: TaskRequest['ask'] = (method) =>
        session.ask(method, paramsText, { signal, heldBytesMax })
      const work = works.get(request.method) ?? get
      const text = await work({ given, session, taskId, ask })
      release()
      return whole(200, text)
    })
}

/** What a finished task came to: the result of its tool, or the error that the call would have had. */
function finished(answer: Answer): ReadonlyMap<string, string> {
  if (answer.kind === 'error')
    return new Map([
      ['status', '"failed"'],
      ['error', answer.text],
    ])
  if (scanObject(answer.text) === undefined) throw invalid('the result of the task is no object')
  // A tool that failed has a result all the same: the extension calls such a task completed.
  return new Map([
    ['status', '"completed"'],
    ['result', withoutRelatedTask(answer.text)],
  ])
}

/** The server's error about a task, mostly that it does not know it (any more). */
function unknown({ given, session, taskId }: TaskRequest, errorText: string): string {
  session.tasks.forget(taskId)
  const error = scanObject(errorText)
  const code = memberOf(error, 'code')
  const isNoMethod =
    code !== undefined && textOf(errorText, code.value) === String(RPC_METHOD_NOT_FOUND)
  const set = new Map([['code', String(RPC_INVALID_PARAMS)]])
  const text =
    error !== undefined && isNoMethod ? splice(errorText, editObject(error, { set })) : errorText
  return `{"jsonrpc":"2.0","id":${String(given.request.id)},"error":${text}}`
}

function resultOf({ given }: TaskRequest, resultText: string): string {
  return resultMessage(String(given.request.id), resultText)
}

function invalid(detail: string): Error {
  return refuseUpstream('upstream.invalid_answer', { detail })
}
