import { hash } from 'node:crypto'
import { editObject, splice } from './json/splice.ts'
import type { Message } from './message.ts'
import { OUR_REQUEST_KEYS } from './rewrite.ts'

/** What may differ between two attempts of one purchase: our keys, the progress token, the trace context. */
const VOLATILE_KEYS = new Set([
  ...OUR_REQUEST_KEYS,
  'progressToken',
  'traceparent',
  'tracestate',
  'baggage',
])

/** SHA-256 (hex) of server, method and params: two requests with the same digest ask for the same thing (spending §3.10). */
export function requestDigest(serverId: string, message: Message): string {
  const { params, meta } = message
  let paramsText = ''
  if (params !== undefined) {
    const edits = meta === undefined ? [] : editObject(meta, { remove: VOLATILE_KEYS })
    const shifted = edits.map((edit) => ({
      start: edit.start - params.span.start,
      end: edit.end - params.span.start,
      text: edit.text,
    }))
    paramsText = splice(message.text.slice(params.span.start, params.span.end), shifted)
  }
  return hash('sha256', JSON.stringify([serverId, message.method, paramsText]))
}
