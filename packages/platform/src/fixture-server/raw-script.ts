/** Stands in a scripted text for the exact JSON of the request's id. */
export const ID_MARK = '@id@'
/** Stands in a scripted text for the exact JSON of the request's progress token. */
export const TOKEN_MARK = '@token@'

/**
 * What the raw server does with a call, byte by byte. It knows no schema: unknown fields, odd spacing and
 * garbage leave it as they are written here.
 */
export type RawReply =
  /** One JSON text: a body of `application/json`, or a line. */
  | { readonly kind: 'json'; readonly text: string; readonly status?: number }
  /** Several messages before and with the answer: an event stream, or lines. */
  | { readonly kind: 'stream'; readonly texts: readonly string[] }
  /** Some bytes of an answer, then the connection or the process ends. */
  | { readonly kind: 'die'; readonly text?: string }
  /** No answer, ever. */
  | { readonly kind: 'hang' }
  /** A result with this many letters in its only text. */
  | { readonly kind: 'oversized'; readonly letters: number }
  /** So many bytes on standard error (nothing over HTTP), then an answer. */
  | { readonly kind: 'flood'; readonly bytes: number }

/** What is answered to each tool, by name. */
export type RawScript = Readonly<Record<string, RawReply>>

/** What the raw server reads of a request; everything else of it stays text. */
export type RawCall = {
  readonly method: string
  /** The tool's name, or undefined. */
  readonly name: string | undefined
  /** The id's JSON text; undefined for a notification. */
  readonly id: string | undefined
  readonly token: string | undefined
  /** The message exactly as it came. */
  readonly text: string
}

type Head = {
  id?: unknown
  method?: unknown
  params?: { name?: unknown; _meta?: { progressToken?: unknown } }
}

/** Reads the head of a message. */
export function readRawCall(text: string): RawCall {
  const head = JSON.parse(text) as Head
  const name = head.params?.name
  const token = head.params?._meta?.progressToken
  return {
    method: typeof head.method === 'string' ? head.method : '',
    name: typeof name === 'string' ? name : undefined,
    id: head.id === undefined ? undefined : JSON.stringify(head.id),
    token: token === undefined ? undefined : JSON.stringify(token),
    text,
  }
}

/** Writes the request's id and progress token into a scripted text. */
export function fillRawText(text: string, call: RawCall): string {
  return text.replaceAll(ID_MARK, call.id ?? 'null').replaceAll(TOKEN_MARK, call.token ?? '"none"')
}

/** The reply to a call: scripted by tool name, or the least that its revision demands. */
export function replyTo(call: RawCall, script: RawScript, era: 'legacy' | 'modern'): RawReply {
  const scripted = script[call.name ?? call.method]
  if (scripted !== undefined) return scripted
  const done = era === 'modern' ? '"resultType":"complete",' : ''
  const cached = era === 'modern' ? `${done}"ttlMs":0,"cacheScope":"private",` : ''
  switch (call.method) {
    case 'initialize':
      return result(
        '"protocolVersion":"2025-11-25","capabilities":{"tools":{}},' +
          '"serverInfo":{"name":"raw","version":"1"}',
      )
    case 'server/discover':
      return result(`${cached}"supportedVersions":["2026-07-28"],"capabilities":{"tools":{}}`)
    case 'tools/list':
      return result(`${cached}"tools":[${Object.keys(script).map(describeTool).join(',')}]`)
    case 'tools/call':
      return result(`${done}"content":[{"type":"text","text":"raw"}]`)
    default:
      return result(done.slice(0, -1))
  }
}

function result(members: string): RawReply {
  return { kind: 'json', text: `{"jsonrpc":"2.0","id":${ID_MARK},"result":{${members}}}` }
}

function describeTool(name: string): string {
  return `{"name":${JSON.stringify(name)},"inputSchema":{"type":"object"}}`
}

/** The answer of the kinds that are the same over HTTP and stdio. */
export function sizedText(letters: number, era: 'legacy' | 'modern'): string {
  const done = era === 'modern' ? '"resultType":"complete",' : ''
  const text = 'x'.repeat(letters)
  return `{"jsonrpc":"2.0","id":${ID_MARK},"result":{${done}"content":[{"type":"text","text":"${text}"}]}}`
}
