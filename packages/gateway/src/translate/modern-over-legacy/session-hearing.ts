import {
  errorMessage,
  paramText,
  resultMessage,
  RPC_METHOD_NOT_FOUND,
  type Message,
} from '../../protocol/message.ts'
import { messageSeverity } from './log-level.ts'
import type { CallSession, OpenCall } from './open-call.ts'
import type { SessionTasks } from './tasks/session-tasks.ts'

/** What a session hears of that concerns its listeners, not its calls. */
const NEWS: ReadonlySet<string> = new Set([
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
])
/** What the modern era no longer has, and so nobody waits for. */
const GONE: ReadonlySet<string> = new Set([
  'notifications/elicitation/complete',
  // Names tasks by ids that no client knows: they are polled.
  'notifications/tasks/status',
])

/** Who hears the news of a session. None of these may throw. */
export interface NewsListener {
  hear(message: Message): void
  /** The stream was lost for a while: whatever it promised may have changed. */
  missed(): void
  /** The session, or what it was heard on, is gone. */
  lost(): void
}

/** What of a session a message may concern. */
export type Hearers = Pick<CallSession, 'calls' | 'server' | 'tell'> & {
  readonly listeners: ReadonlySet<NewsListener>
  readonly tasks: SessionTasks
}

/** Whether a notification is news for listeners, or for nobody in the modern era. */
export function isNews({ method }: Message): boolean {
  return NEWS.has(method) || GONE.has(method)
}

/** A message that came on a call's own stream: over HTTP it belongs to that call, from a process to whom it concerns. */
export function hearFromCall(
  session: Hearers,
  call: OpenCall,
  message: Message,
): Promise<void> | undefined {
  const isForListeners = message.kind === 'notification' && isNews(message)
  const isOwn = session.server.transport.kind === 'http' || message.kind === 'response'
  if (isOwn && !isForListeners) return call.take(message)
  hear(session, message)
  return undefined
}

/** A message that names no call: it goes to the newest one that may take it. */
export function hear(session: Hearers, message: Message): void {
  const { calls, tasks, listeners } = session
  const newestFirst = [...calls.values()].toReversed()
  if (message.kind === 'response') return calls.get(Number(message.idText))?.offer(message)
  if (message.kind === 'request') {
    if (tasks.take(message)) return
    const call = newestFirst.find((open) => open.mayAsk)
    return call === undefined ? void answerForNobody(session, message) : call.offer(message)
  }
  switch (message.method) {
    case 'notifications/progress':
      return calls.get(Number(paramText(message, 'progressToken')))?.offer(message)
    case 'notifications/message':
      return newestFirst
        .find(
          ({ severityMin }) => severityMin !== undefined && messageSeverity(message) >= severityMin,
        )
        ?.offer(message)
    case 'notifications/cancelled':
      if (!newestFirst.some((call) => call.withdraw(message))) tasks.withdraw(message)
      return
    default:
      if (!isNews(message)) return newestFirst[0]?.offer(message)
      for (const listener of listeners) listener.hear(message)
  }
}

async function answerForNobody(session: Hearers, message: Message): Promise<void> {
  const idText = message.idText ?? 'null'
  const sentence = 'no call is open that the client could be asked in'
  await session.tell(
    message.method === 'ping'
      ? resultMessage(idText, '{}')
      : errorMessage(idText, RPC_METHOD_NOT_FOUND, sentence),
  )
}
