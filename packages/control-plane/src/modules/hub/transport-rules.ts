import { isIP } from 'node:net'
import { isInsideAddress } from '@mcp-orchestra/api/address'
import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import { refuse } from './problems.ts'

type Transport = ServerEntity['transport']

/** Headers and variables of one server at most, and the bytes of one value. */
const ENTRIES_MAX = 64
const VALUE_CHARS_MAX = 8_192

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
const HEADER_VALUE = /^[\t\x20-\x7e]*$/
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/** Headers that the relay sets itself, per hop. */
const RELAY_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'last-event-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-session-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const INSIDE_NAMES = /(^|\.)(localhost|local|internal|lan|home\.arpa)\.?$/i

/**
 * Refuses a way to reach a server that its owner may not choose. An operator may name a process and an
 * address of this machine or its network; anyone else only a host of the open internet by its name or
 * public address. (A name may still resolve
 * inside: the gateway looks again when it connects, by the server's `reach`.)
 */
export function requireReachable(transport: Transport, operator: boolean): void {
  if (transport.kind === 'stdio') {
    if (!operator) throw refuse('hub.command_forbidden')
    requireEntries(transport.env, VARIABLE_NAME, 'environment variable')
    const parts = [transport.command, ...transport.args, transport.cwd ?? '']
    const nul = [...parts, ...Object.values(transport.env)].some((text) => text.includes('\0'))
    if (nul) throw refused('A NUL character cannot be passed to a process.')
    return
  }
  requireHeaders(transport.headers)
  requireAddress(transport.kind === 'http' ? transport.url : transport.baseUrl, operator)
  if (transport.kind === 'openapi') requireCredentials(transport.credentials)
}

/** Refuses an address that a document cannot be read from by this caller. */
export function requireDocumentAddress(address: string, operator: boolean): void {
  requireAddress(address, operator)
}

/** Values of security schemes: they go into headers, queries and cookies, so none may end its line. */
function requireCredentials(credentials: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(credentials)) {
    if (value.length === 0 || value.length > VALUE_CHARS_MAX || !HEADER_VALUE.test(value))
      throw refused(`The credential for ${name} has a value that cannot be sent.`)
  }
}

function requireHeaders(headers: Readonly<Record<string, string>>): void {
  requireEntries(headers, HEADER_NAME, 'header')
  for (const [name, value] of Object.entries(headers)) {
    if (RELAY_HEADERS.has(name.toLowerCase())) {
      throw refused(`The header ${name} is set by the relay itself.`)
    }
    if (!HEADER_VALUE.test(value))
      throw refused(`The header ${name} has a value that cannot be sent.`)
  }
}

function requireAddress(address: string, operator: boolean): void {
  const url = new URL(address)
  if (url.username !== '' || url.password !== '') {
    throw refused('Put credentials into a header: an address is shown and logged.')
  }
  if (url.hash !== '') throw refused('An address has no fragment.')
  if (!operator && isInside(url.hostname)) {
    throw refused('Only operators may register an address inside the network of the platform.')
  }
}

function requireEntries(
  entries: Readonly<Record<string, string>>,
  form: RegExp,
  what: string,
): void {
  const names = Object.keys(entries)
  if (names.length > ENTRIES_MAX) throw refused(`At most ${ENTRIES_MAX} of: ${what}.`)
  for (const name of names) {
    if (!form.test(name)) throw refused(`${JSON.stringify(name)} cannot name a ${what}.`)
    if ((entries[name] ?? '').length > VALUE_CHARS_MAX) {
      throw refused(`The ${what} ${name} has more than ${VALUE_CHARS_MAX} characters.`)
    }
  }
}

/** The URL parser has already turned hexadecimal, octal and short forms into plain addresses. */
function isInside(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0) return isInsideAddress(host)
  return INSIDE_NAMES.test(host) || !host.includes('.')
}

function refused(detail: string) {
  return refuse('hub.transport_refused', { detail })
}
