import { scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../../protocol/json/span.ts'
import { editObject, splice } from '../../../protocol/json/splice.ts'
import { LIST_CHANGES } from './filter.ts'

/** The member of `_meta` that names the stream a message belongs to (MCP 2026-07-28, `subscriptions/listen`). */
export const META_SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'
const UPDATED = 'notifications/resources/updated'
/** What a server tells of a task (SEP-2663). */
export const OF_TASK = 'notifications/tasks'

/**
 * A message of a listen stream, cut where the subscription id stands: it is read once and shared by all who
 * hear it, and a client's own text is made of it when it is written.
 */
export type News = {
  /** The bit of the list that changed; 0 for an updated resource, and for what a task has come to. */
  readonly list: number
  readonly before: string
  readonly after: string
}

/** The message with a client's subscription id, which is JSON text. */
export function newsText({ before, after }: News, tag: string): string {
  return before + tag + after
}

/** Whether one tells nothing that the other does not. */
export function tellsTheSame(a: News, b: News): boolean {
  return a.list === b.list && (a.list !== 0 || (a.before === b.before && a.after === b.after))
}

/** Reads an upstream's notification; undefined for one that does not belong on a listen stream. */
export function newsOf(text: string, method: string): News | undefined {
  const list = LIST_CHANGES.find((change) => change.method === method)?.bit ?? 0
  if (list === 0 && method !== UPDATED && method !== OF_TASK) return undefined
  const root = scanObject(text)
  const params = memberOf(root, 'params')
  const object = params === undefined ? undefined : scanObject(text, params.value.start)
  if (object === undefined) return ownNews(list, method)
  const meta = memberOf(object, '_meta')
  const metaObject = meta === undefined ? undefined : scanObject(text, meta.value.start)
  // Cut where the mark has landed: nothing a server can know beforehand stands in its place.
  const mark = freshMark(text)
  const edits =
    metaObject === undefined
      ? editObject(object, { set: new Map([['_meta', `{"${META_SUBSCRIPTION}":${mark}}`]]) })
      : editObject(metaObject, { set: new Map([[META_SUBSCRIPTION, mark]]) })
  const marked = splice(text, edits)
  const at = marked.indexOf(mark)
  return { list, before: marked.slice(0, at), after: marked.slice(at + mark.length) }
}

/** A text that does not occur in the message. */
function freshMark(text: string): string {
  let mark = '"@"'
  while (text.includes(mark)) mark = `"@${mark.slice(1)}`
  return mark
}

/** What the gateway itself tells of lists when it may have missed their changes. */
export function changedNews(lists: number): News[] {
  return LIST_CHANGES.filter(({ bit }) => (lists & bit) !== 0).map(({ bit, method }) =>
    ownNews(bit, method),
  )
}

/** What the gateway itself tells of a resource when it may have missed its updates. */
export function updatedNews(uri: string): News {
  return ownNews(0, UPDATED, `"uri":${JSON.stringify(uri)},`)
}

/** News of a resource under another name; every other byte stays. */
export function renamedNews(news: News, nameOf: (uri: string) => string): News {
  const text = newsText(news, '0')
  const params = memberOf(scanObject(text), 'params')
  const uri =
    params === undefined ? undefined : memberOf(scanObject(text, params.value.start), 'uri')
  const name = stringAt(text, uri?.value)
  if (uri === undefined || name === undefined) return news
  const renamed = splice(text, [{ ...uri.value, text: JSON.stringify(nameOf(name)) }])
  return newsOf(renamed, UPDATED) ?? news
}

function ownNews(list: number, method: string, membersText = ''): News {
  const params = `{${membersText}"_meta":{"${META_SUBSCRIPTION}":`
  return {
    list,
    before: `{"jsonrpc":"2.0","method":"${method}","params":${params}`,
    after: '}}}',
  }
}

/** The method and the text of `params` of a notification. */
export function readNotice(text: string): { method?: string; paramsText?: string } {
  const root = scanObject(text)
  const method = stringAt(text, memberOf(root, 'method')?.value)
  const params = memberOf(root, 'params')
  return {
    ...(method === undefined ? {} : { method }),
    ...(params === undefined ? {} : { paramsText: textOf(text, params.value) }),
  }
}
