import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import { paramString, readMessage, type Message } from '../../protocol/message.ts'
import { DROP, type ReadInbound } from '../delivery/inbound.ts'
import type { ClientTask } from '../../upstream/task-facts.ts'

const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged'
const TASK_NEWS = 'notifications/tasks'

/**
 * Reads a listen stream that is also for tasks: the client hears the ids that it knows. The finished result of a
 * priced tool is left out of the news, for news are not paid for: the client sees that it is there, and fetches
 * it with `tasks/get` (ADR-0019).
 */
export function readTaskNews(read: ReadInbound, list: readonly ClientTask[]): ReadInbound {
  const tasks = new Map(list.map((task) => [task.handle.taskId, task]))
  return (message) => {
    if (message.method === TASK_NEWS) {
      const text = newsText(message, tasks)
      return text === undefined ? DROP : read(readMessage(text))
    }
    return message.method === ACKNOWLEDGED
      ? read(readMessage(acknowledgedText(message, tasks)))
      : read(message)
  }
}

function newsText(message: Message, tasks: ReadonlyMap<string, ClientTask>): string | undefined {
  const task = tasks.get(paramString(message, 'taskId') ?? '')
  if (task === undefined || message.params === undefined) return undefined
  const set = new Map([['taskId', JSON.stringify(task.idText)]])
  const remove = new Set(task.handle.priceVersion === null ? [] : ['result'])
  return splice(message.text, editObject(message.params, { set, remove }))
}

function acknowledgedText(
  { text, params }: Message,
  tasks: ReadonlyMap<string, ClientTask>,
): string {
  const member = memberOf(params, 'notifications')
  const honoured = member === undefined ? undefined : scanObject(text, member.value.start)
  const ids = memberOf(honoured, 'taskIds')
  const list = ids === undefined ? undefined : scanArray(text, ids.value.start)
  if (list === undefined) return text
  const known = list.elements.flatMap((span) => {
    const task = tasks.get(stringAt(text, span) ?? '')
    return task === undefined ? [] : [task.idText]
  })
  return splice(text, [{ ...list.span, text: JSON.stringify(known) }])
}
