import { request, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'

/** An answer, read whole. */
export type Answer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An answer that takes longer does not come, in milliseconds. */
const TIMEOUT_MS = 30_000

/** Sends one POST on a connection of its own: a kept one may be closed by the other side in that moment. */
export function postOnce(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', agent: false, timeout: TIMEOUT_MS, headers } as const
    const sent = request(url, options, (response) => {
      text(response).then(
        (read) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: read }),
        reject,
      )
    })
    sent.on('timeout', () => sent.destroy(new Error(`${url} did not answer in time`)))
    sent.on('error', reject)
    sent.end(body)
  })
}
