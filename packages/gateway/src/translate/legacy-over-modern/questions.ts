import { messageEvent, type SseEvent } from '../../protocol/sse/event.ts'
import { CallAbort } from '../../upstream/call-abort.ts'
import { notificationText } from '../../upstream/own-request.ts'
import type { SendOptions } from '../../upstream/upstream.ts'
import { refuseTranslation } from '../problems.ts'
import type { Asks } from './asks.ts'
import type { Answerable } from './client-words.ts'
import {
  askText,
  inputResponsesText,
  refusalIn,
  refusalToAsk,
  type InputRequired,
} from './input-request.ts'

/** How long the client may take to answer one leg's questions, in milliseconds: a person has to read and think. */
const ANSWER_MS = 600_000

/** Who is asked, and within which call. */
export type Questioned = {
  readonly asks: Asks
  readonly mintId: () => number
  readonly canAnswer: Answerable
  readonly options: Pick<SendOptions, 'signal' | 'deadline'>
}

/** Puts a leg's questions to the client and returns the text of its answers; undefined when there were none. */
export async function* putQuestions(
  { requests }: InputRequired,
  { asks, mintId, canAnswer, options: { signal, deadline } }: Questioned,
): AsyncGenerator<SseEvent, string | undefined> {
  for (const request of requests) {
    const refusal = refusalToAsk(request, canAnswer)
    if (refusal !== undefined) throw refusal
  }
  if (requests.length === 0) return undefined
  const ids = requests.map(() => mintId())
  const expected = asks.expect(ids)
  deadline?.pauseDeadline()
  try {
    for (const [at, request] of requests.entries())
      yield messageEvent(askText(ids[at] ?? 0, request))
    const answers = await expected.within(ANSWER_MS, signal)
    const refused = answers?.find(({ isError }) => isError)
    if (answers !== undefined && refused === undefined) return inputResponsesText(requests, answers)
    // Questions that nobody waits for any more are taken back.
    for (const id of ids) yield messageEvent(takenBackText(id))
    const why =
      refused === undefined
        ? `it did not answer within ${ANSWER_MS / 60_000} minutes`
        : `it answered with an error: ${refusalIn(refused) ?? 'without a message'}`
    const problem = refuseTranslation('translate.input_unanswered', { detail: why })
    throw new CallAbort('cancelled', problem)
  } finally {
    deadline?.resumeDeadline()
  }
}

function takenBackText(id: number): string {
  return notificationText(
    'notifications/cancelled',
    `{"requestId":${id},"reason":"nobody waits for the answer any more"}`,
  )
}
