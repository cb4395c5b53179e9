import { readRawCall, type RawCall } from '../../src/fixture-server/raw-script.ts'
import { MODERN_META } from '../wire/raw-client.ts'

/** The marks of a call, to fill a golden text with. */
export function callOf(marks: { readonly id?: string; readonly token?: string }): RawCall {
  return { method: 'tools/call', name: undefined, id: marks.id, token: marks.token, text: '' }
}

/** An ordinary call of a tool with the given id and progress token, as JSON texts. */
export function plainCall(
  era: 'legacy' | 'modern',
  tool: string,
  marks: { readonly id: string; readonly token: string },
): RawCall {
  const meta = era === 'modern' ? `${MODERN_META},` : ''
  return readRawCall(
    `{"jsonrpc":"2.0","id":${marks.id},"method":"tools/call","params":{"name":"${tool}",` +
      `"arguments":{},"_meta":{${meta}"progressToken":${marks.token}}}}`,
  )
}
