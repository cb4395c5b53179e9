import { scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../../protocol/json/span.ts'
import { editObject, splice } from '../../../protocol/json/splice.ts'
import type { ClientTask } from '../../../upstream/task-facts.ts'
import { urisInResult } from '../addresses/uri-spans.ts'
import { newsOf, newsText, OF_TASK, type News } from './news.ts'

/**
 * News of a task as the client of an aggregate knows it; undefined for one that is not its own. A finished result that
 * has a price, or that names resources, is left out: the client sees that it is there and fetches it with `tasks/get`,
 * where it is paid for and its URIs are made to lead back to their server.
 */
export function newsOfTask(news: News, tasks: ReadonlyMap<string, ClientTask>): News | undefined {
  const text = newsText(news, '0')
  const member = memberOf(scanObject(text), 'params')
  const params = member === undefined ? undefined : scanObject(text, member.value.start)
  const task = tasks.get(stringAt(text, memberOf(params, 'taskId')?.value) ?? '')
  if (task === undefined || params === undefined) return undefined
  const isFetched =
    task.handle.priceVersion !== null ||
    urisInResult('tasks/get', textOf(text, params.span)).length > 0
  const change = {
    set: new Map([['taskId', JSON.stringify(task.idText)]]),
    remove: new Set(isFetched ? ['result'] : []),
  }
  return newsOf(splice(text, editObject(params, change)), OF_TASK)
}
