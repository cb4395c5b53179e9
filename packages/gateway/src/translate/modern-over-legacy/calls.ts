import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import type { UpstreamResponse } from '../../upstream/upstream.ts'
import { asProblem, readInto } from './answer-stream.ts'
import { refused, STATE_REFUSED } from './answers.ts'
import type { Given, WithSession } from './given.ts'
import { LegacyCall, mayAsk } from './legacy-call.ts'
import type { ListedTools } from './listed-tools.ts'
import { severityOf } from './log-level.ts'
import type { Parking } from './parking.ts'
import { answerOf, readResponse } from './read-response.ts'
import { taskWay } from './tasks/task-way.ts'
import { asTaskRequest } from './tasks/task-words.ts'

/** What calls are made with. */
export type CallsParts = {
  readonly within: WithSession
  readonly parking: Parking
  readonly tools: ListedTools
}

/** Requests that a legacy server answers itself. */
export type Calls = {
  readonly call: (given: Given) => Promise<UpstreamResponse>
  /** `tools/list`, from which is learned how tools are called. */
  readonly list: (given: Given) => Promise<UpstreamResponse>
  /** A retry with answers: the call that waits for them goes on. */
  readonly resume: (given: Given) => Promise<UpstreamResponse>
}

/** Makes the calls of modern clients at legacy servers. */
export function createCalls({ within, parking, tools }: CallsParts): Calls {
  const call = (given: Given): Promise<UpstreamResponse> =>
    within(given, async (lease) => {
      const { session } = lease
      const { request, words } = given
      const { method, signal, heldBytesMax } = request
      const severityMin = severityOf(words.logLevel)
      const way = await taskWay(session, given, tools)
      if (way.kind === 'refused') {
        lease.release()
        return refused(request, way.refusal)
      }
      const asTask = way.kind === 'task'
      const id = request.id ?? 0
      if (severityMin !== undefined || (mayAsk(method) && session.words.declaresReverse))
        session.hearForCalls()
      if (severityMin !== undefined) await session.logFrom(severityMin)
      const { target } = words
      // What was learned of the tool is not so any more: the next call asks again.
      const onUnknown = (): void => tools.tasks.doubt(given.server, target ?? '')
      const open = new LegacyCall(lease, { id, method, target, asTask, onUnknown })
      open.attach({ id, severityMin, signal })
      const text = asTask ? asTaskRequest(words.legacyText) : words.legacyText
      let response: UpstreamResponse | undefined
      const sending = session.link
        .send(text, { id, method, headers: {}, signal: open.signal, heldBytesMax })
        .then((answered) => {
          response = answered
        })
      try {
        // A server that answers with one JSON text may ask on its other stream before.
        await Promise.race([sending, open.spoken])
      } catch (error) {
        open.finish()
        throw error
      }
      if (response === undefined) {
        void sending.then(
          async () => {
            if (response !== undefined) await readInto(open, response)
          },
          (error: unknown) => open.endOfStream({ error: asProblem(error) }),
        )
        return await answerOf(open, parking)
      }
      return await readResponse(open, response, parking)
    })

  const list = async (given: Given): Promise<UpstreamResponse> => {
    const answered = await call(given)
    const { body } = answered
    const result = body.kind === 'message' ? memberOf(scanObject(body.text), 'result') : undefined
    if (body.kind === 'message' && result !== undefined)
      tools.learn(given.server, textOf(body.text, result.value))
    return answered
  }

  const resume = async (given: Given): Promise<UpstreamResponse> => {
    const { caller, server, request, words } = given
    const { requestState, inputResponses, target } = words
    const severityMin = severityOf(words.logLevel)
    const { method, signal, id = 0 } = request
    const open = parking.take(requestState ?? '', { caller, server, method, target })
    if (open === undefined) {
      return refused(request, STATE_REFUSED)
    }
    open.attach({ id, severityMin, signal })
    if (severityMin !== undefined) await open.session.logFrom(severityMin)
    await open.answer(inputResponses ?? new Map())
    return await answerOf(open, parking)
  }

  return { call, list, resume }
}
