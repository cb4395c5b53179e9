import { Problem } from '@mcp-orchestra/kernel'
import type { CancelSignal } from '../../cancel.ts'
import { requestText } from '../../upstream/own-request.ts'
import { readAnswer } from '../../upstream/read-answer.ts'
import { HELD_BYTES_MAX, type UpstreamLink } from '../../upstream/upstream.ts'
import type { SessionState } from './session-state.ts'

/**
 * Tells a newly greeted link what the session had set there before: its level of logs, and its subscriptions. A server
 * that does not take the level keeps its own; a resource that it does not have any more is forgotten.
 */
export async function repeatState(
  state: SessionState,
  link: UpstreamLink,
  mintId: () => number,
  signal: CancelSignal,
): Promise<void> {
  const { id: serverId } = link.server
  const say = (method: string, params: object): Promise<boolean> =>
    isTaken(link, { id: mintId(), method, paramsText: JSON.stringify(params) }, signal)
  const { level, subscriptions } = state
  await Promise.all([
    level === undefined ? undefined : say('logging/setLevel', { level }),
    ...subscriptions.at(serverId).map(async (uri) => {
      if (!(await say('resources/subscribe', { uri }))) state.unsubscribed(serverId, uri)
    }),
  ])
}

type Saying = { readonly id: number; readonly method: string; readonly paramsText: string }

async function isTaken(
  link: UpstreamLink,
  { id, method, paramsText }: Saying,
  signal: CancelSignal,
): Promise<boolean> {
  const text = requestText(id, method, paramsText)
  try {
    const sending = { id, method, headers: {}, signal, heldBytesMax: HELD_BYTES_MAX }
    const answer = await readAnswer(await link.send(text, sending), id, () => undefined)
    return answer.kind === 'result'
  } catch (error) {
    // A server that cannot be reached now fails the greeting itself; anything else is about this request.
    if (!(error instanceof Problem) || signal.aborted) throw error
    return false
  }
}
