import {
  META_ATTEMPT,
  META_IDEMPOTENCY_KEY,
  META_MANDATE,
  META_MAX_CHARGE,
  META_PRICE,
  META_PRICE_VERSION,
  META_RECEIPT,
  META_SESSION,
  META_USAGE,
} from '@mcp-orchestra/api/mcp-meta'
import { scanObject } from './json/scan.ts'
import { editObject, splice, type Edit } from './json/splice.ts'
import { memberOf, type ScannedObject } from './json/span.ts'
import { targetKeyOf, type Message } from './message.ts'

/** Our own `_meta` keys of a request: for us, not for the upstream. */
export const OUR_REQUEST_KEYS: ReadonlySet<string> = new Set([
  META_MAX_CHARGE,
  META_PRICE_VERSION,
  META_IDEMPOTENCY_KEY,
  META_ATTEMPT,
  META_SESSION,
  // Of results only: a server that gives `_meta` back as it came must not report what its caller wrote.
  META_USAGE,
  META_MANDATE,
])
/** Our own `_meta` keys of a result: nobody else may speak them. */
export const OUR_RESULT_KEYS: ReadonlySet<string> = new Set([META_RECEIPT, META_PRICE])

const PROGRESS_TOKEN = 'progressToken'
const NOTHING: ReadonlyMap<string, string> = new Map()

/** What a message is called on the next hop. */
export type Rename = {
  /** Raw JSON text of the new `id`. */
  readonly idText?: string
  /** Raw JSON text of the new progress token, used only where the message has one. */
  readonly tokenText?: string
  /** The new `params.name` or `params.uri`. */
  readonly name?: string
}

/** A request for the next hop: id, progress token and name replaced, our own keys taken out, all other bytes as they were. */
export function rewriteRequest(message: Message, rename: Rename): string {
  const edits: Edit[] = idEdit(message, rename.idText)
  if (message.meta !== undefined) {
    const token =
      memberOf(message.meta, PROGRESS_TOKEN) === undefined ? undefined : rename.tokenText
    const set = token === undefined ? NOTHING : new Map([[PROGRESS_TOKEN, token]])
    edits.push(...editObject(message.meta, { set, remove: OUR_REQUEST_KEYS }))
  }
  if (rename.name !== undefined) edits.push(...nameEdits(message, rename.name))
  return splice(message.text, edits)
}

/** The edits that give the target of a request another name. */
export function nameEdits(message: Message, name: string): Edit[] {
  return replace(message.params, targetKeyOf(message.method), JSON.stringify(name))
}

/** A response with the id that the other side knows. */
export function rewriteResponse(message: Message, idText: string): string {
  return splice(message.text, idEdit(message, idText))
}

/** A notification whose `params` members (`progressToken`, `requestId`) get other values. */
export function rewriteParams(message: Message, key: string, valueText: string): string {
  return splice(message.text, replace(message.params, key, valueText))
}

/** A message whose `params._meta` (or `result._meta`) member gets another value. */
export function rewriteMeta(message: Message, key: string, valueText: string): string {
  return splice(message.text, replace(message.meta, key, valueText))
}

/** The edits that put a member into an object's `_meta` (made when absent) and take stale ones of ours out. */
export function metaEdits(
  object: ScannedObject,
  meta: ScannedObject | undefined,
  set: ReadonlyMap<string, string>,
): Edit[] {
  if (meta === undefined && set.size === 0) return []
  if (meta !== undefined) return editObject(meta, { set, remove: without(OUR_RESULT_KEYS, set) })
  const members = [...set].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')
  return editObject(object, { set: new Map([['_meta', `{${members}}`]]) })
}

/** The same for a `_meta` that stands alone; undefined where there is none and shall be none. */
export function editMeta(
  metaText: string | undefined,
  set: ReadonlyMap<string, string>,
): string | undefined {
  const meta = metaText === undefined ? undefined : scanObject(metaText)
  if (metaText === undefined || meta === undefined) {
    const members = [...set].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')
    return set.size === 0 ? metaText : `{${members}}`
  }
  return splice(metaText, editObject(meta, { set, remove: without(OUR_RESULT_KEYS, set) }))
}

function without(keys: ReadonlySet<string>, set: ReadonlyMap<string, string>): ReadonlySet<string> {
  return set.size === 0 ? keys : new Set([...keys].filter((key) => !set.has(key)))
}

function idEdit(message: Message, idText: string | undefined): Edit[] {
  return idText === undefined ? [] : replace(message.root, 'id', idText)
}

function replace(object: ScannedObject | undefined, key: string, text: string): Edit[] {
  const member = memberOf(object, key)
  if (member === undefined) return []
  const { start, end } = member.value
  return [{ start, end, text }]
}
