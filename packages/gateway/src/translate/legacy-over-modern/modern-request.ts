import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { editObject, splice, type Edit } from '../../protocol/json/splice.ts'
import {
  META_CAPABILITIES,
  META_VERSION,
  REVISION_2026_07_28,
} from '../../protocol/rev-2026-07-28/codec.ts'
import { encodeHeaderValue } from '../../protocol/rev-2026-07-28/header-value.ts'
import { objectIn, type ClientWords } from './client-words.ts'

const META_CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'
const META_LOG_LEVEL = 'io.modelcontextprotocol/logLevel'
/** Of the tasks of 2025-11-25, which the modern era does not have. */
const META_RELATED_TASK = 'io.modelcontextprotocol/related-task'
/** What only we write: a leg says exactly what the server asked for before it. */
const LEG_MEMBERS = new Set(['inputResponses', 'requestState', 'task'])

/** What a modern request says besides the client's own words. */
export type Envelope = {
  readonly words: ClientWords
  /** JSON text of the log level; undefined when the server does not log. */
  readonly levelText: string | undefined
}

/** What a leg after the first carries (MCP 2026-07-28, multi round-trip requests). */
export type LegMembers = {
  readonly inputResponsesText: string | undefined
  /** The server's own text, byte for byte. */
  readonly requestStateText: string | undefined
}

/** The request for one leg: id and progress token of the leg, the envelope, and the answers; all else byte for byte. */
export function modernRequest(
  text: string,
  id: number,
  { words, levelText }: Envelope,
  leg?: LegMembers,
): string {
  const root = scanObject(text)
  const params = objectIn(text, root, 'params')
  const meta = objectIn(text, params, '_meta')
  const set = new Map([
    [META_VERSION, JSON.stringify(REVISION_2026_07_28)],
    [META_CAPABILITIES, words.capabilitiesText],
  ])
  if (words.clientInfoText !== undefined) set.set(META_CLIENT_INFO, words.clientInfoText)
  if (levelText !== undefined) set.set(META_LOG_LEVEL, levelText)
  if (memberOf(meta, 'progressToken') !== undefined) set.set('progressToken', String(id))
  const edits: Edit[] = []
  const idMember = memberOf(root, 'id')
  if (idMember !== undefined) edits.push({ ...idMember.value, text: String(id) })
  const members = new Map<string, string>()
  if (leg?.inputResponsesText !== undefined) members.set('inputResponses', leg.inputResponsesText)
  if (leg?.requestStateText !== undefined) members.set('requestState', leg.requestStateText)
  const remove = new Set([...LEG_MEMBERS].filter((key) => !members.has(key)))
  if (meta === undefined) members.set('_meta', objectText(set))
  else {
    const gone = [META_RELATED_TASK, META_LOG_LEVEL].filter((key) => !set.has(key))
    edits.push(...editObject(meta, { set, remove: new Set(gone) }))
  }
  if (params !== undefined) edits.push(...editObject(params, { set: members, remove }))
  else if (root !== undefined)
    edits.push(...editObject(root, { set: new Map([['params', objectText(members)]]) }))
  return splice(text, edits)
}

/** The headers that mirror a modern request (MCP 2026-07-28, streamable HTTP). */
export function mirrorHeaders(method: string, name: string | undefined): Record<string, string> {
  return {
    'mcp-protocol-version': REVISION_2026_07_28,
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': encodeHeaderValue(name) }),
  }
}

/** What a request addresses, and the JSON text of its arguments. */
export type Target = {
  readonly name: string | undefined
  readonly argumentsText: string | undefined
}

/** Reads the target of a request; only methods that have one are looked at. */
export function targetIn(text: string, method: string): Target {
  const params = objectIn(text, scanObject(text), 'params')
  const key = NAMED_BY.get(method)
  const name = key === undefined ? undefined : stringAt(text, memberOf(params, key)?.value)
  const member = method === 'tools/call' ? memberOf(params, 'arguments') : undefined
  return { name, argumentsText: member === undefined ? undefined : textOf(text, member.value) }
}

const NAMED_BY = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
])

function objectText(members: ReadonlyMap<string, string>): string {
  const texts = [...members].map(([key, value]) => `${JSON.stringify(key)}:${value}`)
  return `{${texts.join(',')}}`
}
