import { META_USAGE } from '@mcp-orchestra/api/mcp-meta'
import { refuse } from '../../charge/problems.ts'
import { metaText, paramString, type Message } from '../../protocol/message.ts'
import { withData, type SseEvent } from '../../protocol/sse/event.ts'
import { CallAbort } from '../../upstream/call-abort.ts'
import type { Call } from '../../upstream/call.ts'
import type { Reply } from '../reply.ts'
import type { Inbound } from './inbound.ts'

/** A message that passes on, in the event that it came in. */
export type Forwarded = {
  readonly event: SseEvent
  readonly message: Message
  readonly read: Extract<Inbound, { kind: 'forward' }>
}

/**
 * Passes a server's message on. Progress of a call whose price counts tokens is a part of its result: it is metered
 * first, and what would cost more than was reserved stops the call instead (spending §4.14). `waiting` is the call
 * that the stream is for.
 */
export async function forward(
  { event, message, read }: Forwarded,
  reply: Reply,
  waiting?: Call,
): Promise<void> {
  const { progressOf: call, text } = read
  const stream = call?.stream
  if (call === undefined || stream === undefined)
    return await reply.event(withData(event, text), waiting?.signal)
  const chunk = { usageText: metaText(message, META_USAGE), text: paramString(message, 'message') }
  const isPaidFor = await stream.admit(chunk)
  if (call.isSettled || call.signal.aborted) return
  if (!isPaidFor) return call.abort(new CallAbort('limit_reached', refuse('charge.limit_reached')))
  await reply.event(withData(event, text), waiting?.signal)
  // Who left, or was waited for in vain, has not got it.
  if (!reply.left.aborted && !reply.isStuck && !call.signal.aborted) stream.delivered()
}
