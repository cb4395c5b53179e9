import { RESULT_JSON, RESULT_TEXT } from '../upstream/message.ts'

/** A call as two texts with room for its seven-digit id between them. */
export type CallTemplate = { readonly before: string; readonly after: string }

/** What a right reply is: byte by byte around the id, or (of subjects that write it anew) all these texts in it. */
export type RightReply =
  | { readonly kind: 'exact'; readonly before: string; readonly after: string }
  | { readonly kind: 'holds'; readonly needles: readonly string[] }

/** Where calls go and what must come back. */
export type CallTarget = {
  readonly url: string
  /** Used in turn: one for each session. */
  readonly requests: readonly CallTemplate[]
  readonly reply: RightReply
  /** A request that is no call, for connections that have nothing left to do. */
  readonly idle: string
}

/** What of a call differs between subjects. */
export type CallShape = {
  readonly url: string
  readonly tool: string
  readonly era: 'modern' | 'legacy'
  readonly apiKey?: string
  /** Legacy sessions, used in turn. */
  readonly sessions?: readonly string[]
  readonly reply?: RightReply
  /** Asks a modern server for news of the call under this token. */
  readonly progressToken?: number
}

/** The reply of the upstream, unchanged. */
export const UNCHANGED: RightReply = {
  kind: 'exact',
  before: '{"jsonrpc":"2.0","id":',
  after: `,"result":${RESULT_JSON}}`,
}

/** A reply that was written anew around the upstream's text. */
export const REWRITTEN: RightReply = { kind: 'holds', needles: [`"text":"${RESULT_TEXT}"`] }

/** The reply of a paid call: the upstream's result and a receipt. */
export const WITH_RECEIPT: RightReply = {
  kind: 'holds',
  needles: [`"text":"${RESULT_TEXT}"`, '"io.mcp-orchestra/receipt"'],
}

/** What the `_meta` of every modern request has, as JSON text without braces. */
const ENVELOPE_MEMBERS =
  '"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}'

/** The `_meta` of a modern request that asks for nothing more, as JSON text. */
export const ENVELOPE: string = `"_meta":{${ENVELOPE_MEMBERS}}`

/** Ids have as many digits; the length of a request is therefore known. */
const ID_DIGITS = 7

/** Builds the target of a subject. */
export function callTarget(shape: CallShape): CallTarget {
  const url = new URL(shape.url)
  const token = shape.progressToken
  const wish = token === undefined ? '' : `,"progressToken":${token}`
  const meta = shape.era === 'modern' ? `,"_meta":{${ENVELOPE_MEMBERS}${wish}}` : ''
  const before = '{"jsonrpc":"2.0","id":'
  const after = `,"method":"tools/call","params":{"name":"${shape.tool}","arguments":{"text":"hello"}${meta}}}`
  const length = before.length + ID_DIGITS + after.length
  const head = (more: readonly string[]): string =>
    [
      `POST ${url.pathname} HTTP/1.1`,
      `Host: ${url.host}`,
      'Content-Type: application/json',
      'Accept: application/json, text/event-stream',
      ...(shape.apiKey === undefined ? [] : [`Authorization: Bearer ${shape.apiKey}`]),
      ...more,
      `Content-Length: ${length}`,
      '',
      before,
    ].join('\r\n')
  const headers = (session: string | undefined): string[] =>
    shape.era === 'modern'
      ? ['Mcp-Protocol-Version: 2026-07-28', 'Mcp-Method: tools/call', `Mcp-Name: ${shape.tool}`]
      : [
          'Mcp-Protocol-Version: 2025-11-25',
          ...(session === undefined ? [] : [`Mcp-Session-Id: ${session}`]),
        ]
  const sessions = shape.sessions ?? [undefined]
  return {
    url: shape.url,
    requests: sessions.map((session) => ({ before: head(headers(session)), after })),
    reply: shape.reply ?? UNCHANGED,
    idle: `GET /healthz HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`,
  }
}
