import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { editObject, splice } from '../../protocol/json/splice.ts'
import type { Message } from '../../protocol/message.ts'
import { paramString } from '../../protocol/message.ts'
import type { Offers } from './discovery.ts'

/** The member of `_meta` that names the stream (MCP 2026-07-28, subscriptions). */
const META_SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId'
/** URIs that one stream may follow; what is beyond is missing from its acknowledgement. */
const URIS_MAX = 1_000

/** The lists whose changes can be heard of. */
export const LISTS = [
  ['toolsListChanged', 'tools', 'notifications/tools/list_changed'],
  ['promptsListChanged', 'prompts', 'notifications/prompts/list_changed'],
  ['resourcesListChanged', 'resources', 'notifications/resources/list_changed'],
] as const

/** What a client wants to hear of. */
export type Wish = { readonly methods: ReadonlySet<string>; readonly uris: ReadonlySet<string> }

/** Reads `params.notifications` of a listen request; undefined when it is no filter. */
export function readWish(requestText: string): Wish | undefined {
  const params = memberOf(scanObject(requestText), 'params')
  const member = params && memberOf(scanObject(requestText, params.value.start), 'notifications')
  const filter = member && scanObject(requestText, member.value.start)
  if (filter === undefined) return undefined
  const methods = new Set<string>()
  for (const [flag, , method] of LISTS) {
    const wanted = memberOf(filter, flag)
    const text = wanted === undefined ? 'false' : textOf(requestText, wanted.value)
    if (text !== 'true' && text !== 'false') return undefined
    if (text === 'true') methods.add(method)
  }
  const list = memberOf(filter, 'resourceSubscriptions')
  const elements = list === undefined ? [] : scanArray(requestText, list.value.start)?.elements
  const uris = elements?.map((span) => stringAt(requestText, span))
  if (uris === undefined || uris.includes(undefined)) return undefined
  return { methods, uris: new Set(uris.flatMap((uri) => uri ?? []).slice(0, URIS_MAX)) }
}

/** The part of a wish that a server's capabilities honour. */
export function honoured({ methods, uris }: Wish, offers: Offers): Wish {
  const told = LISTS.filter(
    ([, capability, method]) => methods.has(method) && offers.listChanged(capability),
  )
  return {
    methods: new Set(told.map(([, , method]) => method)),
    uris: offers.subscribe ? uris : new Set(),
  }
}

/** `notifications/subscriptions/acknowledged` for what is honoured. */
export function acknowledgement({ methods, uris }: Wish, id: number): string {
  const flags = LISTS.filter(([, , method]) => methods.has(method)).map(([flag]) => [flag, true])
  const filter = JSON.stringify({
    ...Object.fromEntries(flags),
    ...(uris.size === 0 ? {} : { resourceSubscriptions: [...uris] }),
  })
  return notice('notifications/subscriptions/acknowledged', id, `"notifications":${filter},`)
}

/** What may have changed while nobody could be heard. */
export function missedNotices({ methods, uris }: Wish, id: number): string[] {
  return [
    ...[...methods].map((method) => notice(method, id)),
    ...[...uris].map((uri) =>
      notice('notifications/resources/updated', id, `"uri":${JSON.stringify(uri)},`),
    ),
  ]
}

/** A server's news with the id of the stream; undefined when this stream does not want it. */
export function tagged(message: Message, wish: Wish, id: number): string | undefined {
  if (!wants(message, wish)) return undefined
  const { text, params, meta, method } = message
  if (params === undefined) return notice(method, id)
  const set = new Map([[META_SUBSCRIPTION, String(id)]])
  if (meta !== undefined) return splice(text, editObject(meta, { set }))
  return splice(text, editObject(params, { set: new Map([['_meta', metaText(id)]]) }))
}

/** The result that ends a stream of ours (MCP 2026-07-28, graceful closure). */
export function closureText(id: number): string {
  return `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete","_meta":${metaText(id)}}}`
}

/** An update may name a part of what is followed (MCP 2025-11-25, resource subscriptions). */
function wants(message: Message, { methods, uris }: Wish): boolean {
  if (message.method !== 'notifications/resources/updated') return methods.has(message.method)
  const uri = paramString(message, 'uri')
  if (uri === undefined) return false
  if (uris.has(uri)) return true
  for (const followed of uris) if (uri.startsWith(followed)) return true
  return false
}

function notice(method: string, id: number, membersText = ''): string {
  return `{"jsonrpc":"2.0","method":"${method}","params":{${membersText}"_meta":${metaText(id)}}}`
}

function metaText(id: number): string {
  return `{"${META_SUBSCRIPTION}":${id}}`
}
