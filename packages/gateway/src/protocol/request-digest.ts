import { hash } from 'node:crypto'
import { editObject, splice } from './json/splice.ts'
import type { Message } from './message.ts'
import { nameEdits, OUR_REQUEST_KEYS } from './rewrite.ts'

/** What may differ between two attempts of one purchase: our keys, the progress token, the trace context. */
const VOLATILE_KEYS = new Set([
  ...OUR_REQUEST_KEYS,
  'progressToken',
  'traceparent',
  'tracestate',
  'baggage',
])

/**
 * SHA-256 (hex) of server, method and params: two requests with the same digest ask for
 * the same thing (spending §3.10). `name` is the server's own name for the target where the client used another.
 */
export function requestDigest(serverId: string, message: Message, name?: string): string {
  const { params, meta } = message
  let paramsText = ''
  if (params !== undefined) {
    const edits = meta === undefined ? [] : editObject(meta, { remove: VOLATILE_KEYS })
    if (name !== undefined) edits.push(...nameEdits(message, name))
    const shifted = edits.map((edit) => ({
      start: edit.start - params.span.start,
      end: edit.end - params.span.start,
      text: edit.text,
    }))
    paramsText = splice(message.text.slice(params.span.start, params.span.end), shifted)
  }
  return hash('sha256', JSON.stringify([serverId, message.method, paramsText]))
}
