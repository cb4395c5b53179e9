/** The text of every tool result: with its envelope some 150 bytes, the size of a small answer. */
export const RESULT_TEXT = 'The answer of the upstream, always the same and never long.'

/** The tool results of the bench as JSON text; fits both eras. */
export const RESULT_JSON: string = `{"resultType":"complete","content":[{"type":"text","text":"${RESULT_TEXT}"}]}`

/** What the upstream answers to a call instead of its result when it was told to fail. */
const FAILURE = '"error":{"code":-32603,"message":"told to fail"}'

/** Tools that the upstream lists: the same work under names with and without a price. */
export const TOOLS = { free: 'free_echo', paid: 'paid_echo' } as const

/** The whole answer to a tool call with this id (JSON text of the id). */
export function callAnswer(idText: string): string {
  return `{"jsonrpc":"2.0","id":${idText},"result":${RESULT_JSON}}`
}

/** The answer to a call that the upstream was told to fail. */
export function failedAnswer(idText: string): string {
  return `{"jsonrpc":"2.0","id":${idText},${FAILURE}}`
}

/** What a listen stream begins with (MCP 2026-07-28, `subscriptions/listen`). */
export function acknowledgedNotice(idText: string | undefined): string {
  const params = `{"notifications":{"toolsListChanged":true},${subscription(idText)}}`
  return `{"jsonrpc":"2.0","method":"notifications/subscriptions/acknowledged","params":${params}}`
}

/** News for a stream: of a subscription, or (undefined) of a legacy session. */
export function changedNotice(idText: string | undefined): string {
  const params = idText === undefined ? '' : `,"params":{${subscription(idText)}}`
  return `{"jsonrpc":"2.0","method":"notifications/tools/list_changed"${params}}`
}

/** The first news of a call that never ends; its progress token is the id of the call. */
export function progressNotice(idText: string): string {
  return `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${idText},"progress":1}}`
}

function subscription(idText: string | undefined): string {
  return `"_meta":{"io.modelcontextprotocol/subscriptionId":${idText ?? 'null'}}`
}

/** The id of a message as JSON text, read without parsing the message; undefined for a notification. */
export function idTextOf(message: string): string | undefined {
  const at = message.indexOf('"id":')
  if (at === -1) return undefined
  let end = at + 5
  for (; end < message.length; end += 1) {
    const letter = message[end]
    if (letter === ',' || letter === '}') break
  }
  return message.slice(at + 5, end).trim()
}

/** The answer to anything but a tool call; undefined for a notification. */
export function handshakeAnswer(message: string): string | undefined {
  const { id, method } = JSON.parse(message) as { id?: number | string; method?: string }
  if (id === undefined) return undefined
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${handshakeResult(method ?? '')}}`
}

function handshakeResult(method: string): string {
  const modern = '"resultType":"complete","ttlMs":60000,"cacheScope":"public"'
  const capabilities = '"capabilities":{"tools":{"listChanged":true}}'
  switch (method) {
    case 'initialize':
      return `{"protocolVersion":"2025-11-25",${capabilities},"serverInfo":{"name":"bench","version":"1"}}`
    case 'server/discover':
      return `{${modern},"supportedVersions":["2026-07-28"],${capabilities}}`
    case 'tools/list':
      return `{${modern},"tools":[${Object.values(TOOLS).map(describeTool).join(',')}]}`
    default:
      return '{"resultType":"complete"}'
  }
}

function describeTool(name: string): string {
  return `{"name":"${name}","description":"Says the same to everyone.","inputSchema":{"type":"object"}}`
}
