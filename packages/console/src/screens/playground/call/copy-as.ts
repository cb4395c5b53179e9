import { writeJson, type JsonObject } from '../../../schema/index.ts'

/** What a copied command calls. */
export type CommandCall = {
  readonly alias: string
  readonly tool: string
  readonly args: JsonObject
  /** `http://…/s/<alias>/mcp`. */
  readonly endpoint: string
  /** MCP-v2 needs no session (2026-07-28); MCP-v1 begins with one (2025-11-25). */
  readonly protocol: 'MCP-v1' | 'MCP-v2' | null
  /** The most that is paid, in US dollars; undefined leaves it open. */
  readonly maxChargeUsd: string | undefined
  /** Arguments that are mirrored in headers, by header name (SEP-2243). */
  readonly paramHeaders: Readonly<Record<string, string>>
}

/** One word of a POSIX shell that means exactly this text. */
export function quoteShell(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,=-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** `orchestra call …` that makes the same call. */
export function cliCommand({ alias, tool, args, maxChargeUsd }: CommandCall): string {
  const words = ['orchestra', 'call', quoteShell(alias), quoteShell(tool)]
  if (Object.keys(args).length > 0) words.push('--input', quoteShell(writeJson(args, 0)))
  if (maxChargeUsd !== undefined) words.push('--max-charge', maxChargeUsd)
  return words.join(' ')
}

/** curl that makes the same call; the key is a variable, never in the text. */
export function curlCommand(call: CommandCall): string {
  return call.protocol === 'MCP-v2' ? modernCurl(call) : legacyCurl(call)
}

const KEY = '-H "Authorization: Bearer $ORCHESTRA_API_KEY"'
const JSON_HEADERS =
  "-H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream'"
const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'

function modernCurl(call: CommandCall): string {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': MODERN,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'curl', version: '1' },
  }
  return [
    `curl -sS ${quoteShell(call.endpoint)} ${KEY} \\`,
    `  ${JSON_HEADERS} \\`,
    `  -H 'MCP-Protocol-Version: ${MODERN}' -H 'Mcp-Method: tools/call' -H ${quoteShell(`Mcp-Name: ${headerText(call.tool)}`)} \\`,
    ...Object.entries(call.paramHeaders).map(
      ([name, value]) => `  -H ${quoteShell(`Mcp-Param-${name}: ${headerText(value)}`)} \\`,
    ),
    `  -d ${quoteShell(bodyOf(call, meta))}`,
  ].join('\n')
}

function legacyCurl(call: CommandCall): string {
  const open = JSON.stringify({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: {
      protocolVersion: LEGACY,
      capabilities: {},
      clientInfo: { name: 'curl', version: '1' },
    },
  })
  const ready = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })
  const post = `curl -sS ${quoteShell(call.endpoint)} ${KEY} ${JSON_HEADERS}`
  const session = `-H 'MCP-Protocol-Version: ${LEGACY}' -H "Mcp-Session-Id: $SESSION"`
  return [
    `SESSION=$(${post} \\\n  -D - -o /dev/null -d ${quoteShell(open)} | tr -d '\\r' | sed -n 's/^mcp-session-id: //Ip')`,
    `${post} \\\n  ${session} -d ${quoteShell(ready)}`,
    `${post} \\\n  ${session} -d ${quoteShell(bodyOf(call, {}))}`,
  ].join('\n')
}

function bodyOf({ tool, args, maxChargeUsd }: CommandCall, meta: object): string {
  const bound =
    maxChargeUsd === undefined
      ? {}
      : { 'io.mcp-orchestra/maxCharge': { amount: atomicUsd(maxChargeUsd), asset: 'USD' } }
  const withMeta = { ...meta, ...bound }
  const metaText = Object.keys(withMeta).length === 0 ? '' : `,"_meta":${JSON.stringify(withMeta)}`
  const params = `{"name":${JSON.stringify(tool)},"arguments":${writeJson(args, 0)}${metaText}}`
  return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`
}

/** Decimal places of a US dollar on the wire. */
const USD_PLACES = 18

function atomicUsd(decimal: string): string {
  const [whole = '0', fraction = ''] = decimal.split('.')
  return String(BigInt(whole + fraction.padEnd(USD_PLACES, '0')))
}

/** A header value in plain ASCII, or its base64 form (MCP 2026-07-28, sentinel form). */
function headerText(text: string): string {
  if (/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?')) return text
  const binary = Array.from(new TextEncoder().encode(text), (byte) =>
    String.fromCharCode(byte),
  ).join('')
  return `=?base64?${btoa(binary)}?=`
}
