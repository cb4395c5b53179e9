import type { IncomingHttpHeaders } from 'node:http'

/** Request line and headers together, in bytes: what proxies in front commonly allow. */
export const HEADER_BYTES_MAX = 16 * 1024
/** More header fields than any honest client sends. */
const FIELDS_MAX = 64

/** The head of a request in the one shape that the fast path serves. */
export type Head = {
  /** As it stands in the request line. */
  readonly url: string
  /** As node:http would give them: lower-case names, values in Latin-1. */
  readonly headers: IncomingHttpHeaders
  /** Of the body, in bytes. */
  readonly contentLength: number
  /** Of the head itself with its empty line, in bytes. */
  readonly headBytes: number
}

const END = Buffer.from('\r\n\r\n')
/** RFC 3986 path and query, percent signs unchecked as in node; `#`, `\`, quotes and the like are node's business. */
const REQUEST_LINE = /POST (\/[A-Za-z0-9\-._~%!$&'()*+,;=:@/?]*) HTTP\/1\.1\r\n/y
const LENGTH = /^\d{1,10}$/

/**
 * Fields that change where a message ends, what the connection becomes, or that node does not give as one text.
 * Who sends one is served by node:http.
 */
const NOT_HERE: ReadonlySet<string> = new Set([
  'transfer-encoding',
  'te',
  'trailer',
  'expect',
  'upgrade',
  'http2-settings',
  'proxy-connection',
  'set-cookie',
])

const COLON = 0x3a
const CR = 0x0d
const LF = 0x0a
const TAB = 0x09
const SPACE = 0x20

/** Which characters a field name has (RFC 9110 §5.6.2 token). */
const TOKEN = tableOf((code) => /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(code)))
/** Which characters a field value has (RFC 9110 §5.5): tab, visible ones, obs-text; no other control character. */
const VALUE = tableOf((code) => code === TAB || (code >= SPACE && code !== 0x7f))

/**
 * Reads a head that is there whole and in exactly the strict shape; undefined for everything else, also for what
 * is not there whole yet. It never guesses: what it takes, node's parser reads the same way (ADR-0017).
 */
export function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf(END)
  const headBytes = end + END.length
  if (end < 0 || headBytes > HEADER_BYTES_MAX) return undefined
  const text = bytes.toString('latin1', 0, headBytes - 2)
  REQUEST_LINE.lastIndex = 0
  const url = REQUEST_LINE.exec(text)?.[1]
  if (url === undefined) return undefined
  const headers = readFields(text, REQUEST_LINE.lastIndex)
  if (headers === undefined) return undefined
  const { connection, host } = headers
  const length = headers['content-length']
  if (host === undefined || length === undefined || !LENGTH.test(length)) return undefined
  if (connection !== undefined && connection.toLowerCase() !== 'keep-alive') return undefined
  return { url, headers, contentLength: Number(length), headBytes }
}

/** Reads lines from `start` to the end of the text, each ended by CRLF. */
function readFields(text: string, start: number): IncomingHttpHeaders | undefined {
  const headers: IncomingHttpHeaders = {}
  let at = start
  for (let fields = 0; at < text.length; fields += 1) {
    if (fields === FIELDS_MAX) return undefined
    const colon = endOfRun(text, at, TOKEN)
    if (colon === at || text.charCodeAt(colon) !== COLON) return undefined
    const lineEnd = endOfRun(text, colon + 1, VALUE)
    if (text.charCodeAt(lineEnd) !== CR || text.charCodeAt(lineEnd + 1) !== LF) return undefined
    const name = text.slice(at, colon).toLowerCase()
    // Also true of what every object has, `constructor` say: such a name is left to node.
    if (headers[name] !== undefined || NOT_HERE.has(name)) return undefined
    let from = colon + 1
    let to = lineEnd
    while (from < to && isBlank(text.charCodeAt(from))) from += 1
    while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1
    // Blanks behind a length: parsers differ on them.
    if (name === 'content-length' && to !== lineEnd) return undefined
    headers[name] = text.slice(from, to)
    at = lineEnd + 2
  }
  return headers
}

function endOfRun(text: string, start: number, table: Uint8Array): number {
  let at = start
  // Behind the end there is NaN, which no table has.
  while (table[text.charCodeAt(at)] === 1) at += 1
  return at
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB
}

function tableOf(has: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (has(code) ? 1 : 0))
}
