import { editObject, splice } from '../protocol/json/splice.ts'
import { scanObject, stringAt } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { encodeHeaderValue } from '../protocol/rev-2026-07-28/header-value.ts'
import {
  META_CAPABILITIES,
  META_CLIENT_INFO,
  META_VERSION,
  REVISION_2026_07_28,
} from '../protocol/rev-2026-07-28/codec.ts'

/** Who speaks when the gateway speaks for itself. */
export const OWN_INFO = { name: 'mcp-orchestra', version: '0.1.0' } as const

/** A request of the gateway's own. */
export function requestText(id: number, method: string, paramsText: string | undefined): string {
  const params = paramsText === undefined ? '' : `,"params":${paramsText}`
  return `{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)}${params}}`
}

/** A notification of the gateway's own. */
export function notificationText(method: string, paramsText?: string): string {
  const params = paramsText === undefined ? '' : `,"params":${paramsText}`
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)}${params}}`
}

/** `params` with the modern envelope, added where the asker did not write it (MCP 2026-07-28, `_meta`). */
export function withEnvelope(paramsText: string | undefined, capabilitiesText: string): string {
  const text = paramsText ?? '{}'
  const params = scanObject(text)
  if (params === undefined) return text
  const metaMember = memberOf(params, '_meta')
  const meta = metaMember === undefined ? undefined : scanObject(text, metaMember.value.start)
  const envelope = [
    [META_VERSION, JSON.stringify(REVISION_2026_07_28)],
    [META_CAPABILITIES, capabilitiesText],
    [META_CLIENT_INFO, JSON.stringify(OWN_INFO)],
  ] as const
  const set = new Map(envelope.filter(([key]) => memberOf(meta, key) === undefined))
  if (meta !== undefined) return splice(text, editObject(meta, { set }))
  const members = [...set].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')
  return splice(text, editObject(params, { set: new Map([['_meta', `{${members}}`]]) }))
}

/** The headers that mirror a modern request of our own. */
export function envelopeHeaders(method: string, paramsText: string): Record<string, string> {
  const params = scanObject(paramsText)
  const key = method === 'resources/read' ? 'uri' : 'name'
  const mirrored = ['tools/call', 'prompts/get', 'resources/read'].includes(method)
  const name = mirrored ? stringAt(paramsText, memberOf(params, key)?.value) : undefined
  return {
    'mcp-protocol-version': REVISION_2026_07_28,
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': encodeHeaderValue(name) }),
  }
}
