import { request } from 'node:http'
import { ENVELOPE } from '../load/call-target.ts'
import { LoadFailed } from '../load/wrk-output.ts'

/** Calls the tool for a text of so many bytes and reads the answer without keeping it; throws when it is not whole. */
export function callLarge(url: string, apiKey: string, bytes: number, id: number): Promise<void> {
  const body = `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"large","arguments":{"bytes":${bytes}},${ENVELOPE}}}`
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'large',
        'content-length': Buffer.byteLength(body),
      },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      let length = 0
      let begin = ''
      let end = ''
      response.on('data', (chunk: Buffer) => {
        length += chunk.length
        if (begin.length < 64) begin += chunk.toString('latin1').slice(0, 64)
        end = (end + chunk.toString('latin1', Math.max(0, chunk.length - 16))).slice(-16)
      })
      response.on('error', reject)
      response.on('end', () => {
        const isWhole =
          response.statusCode === 200 &&
          // The id stands at one end or the other.
          (begin + end).includes(`"id":${id}`) &&
          end.trimEnd().endsWith('}') &&
          length > bytes
        if (isWhole) resolve()
        else
          reject(
            new LoadFailed(`a large result came as status ${response.statusCode}, ${length} bytes`),
          )
      })
    })
    sent.end(body)
  })
}
