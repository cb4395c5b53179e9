import type { Dispatcher } from 'undici'
import type { CancelSignal } from '../../cancel.ts'
import { abortReason, exchange, type HttpResponse } from '../http/exchange.ts'
import { transportProblem } from '../http/http-upstream.ts'
import { refuseUpstream } from '../problems.ts'
import type { ApiRequest } from './build-request.ts'
import type { ApiAnswer } from './read-answer.ts'

/**
 * The largest body that an API may answer with, in bytes: it is held whole, and again as text or base64. The
 * server's own `resultBytesMax` counts when it is smaller.
 */
export const API_BODY_BYTES_MAX = 16 * 1024 * 1024

/** Statuses that say that the publisher's credential is not good enough: between the publisher and the API. */
const CREDENTIAL_STATUSES: ReadonlySet<number> = new Set([401, 403, 407])

/** Sends one request to an API and reads its answer whole; failures of the transport become problems. */
export async function sendToApi(
  pool: Dispatcher,
  request: ApiRequest,
  options: {
    readonly signal: CancelSignal
    readonly resultBytesMax: number
    /** The publisher's own credential goes with it. */
    readonly hasCredential: boolean
  },
): Promise<ApiAnswer> {
  const { signal } = options
  const bytesMax = Math.min(options.resultBytesMax, API_BODY_BYTES_MAX)
  try {
    const response = await exchange(pool, {
      method: request.method,
      path: request.path,
      headers: request.headers,
      body: request.body,
      // The call's own deadline is the signal.
      headersTimeoutMs: 0,
      bodyTimeoutMs: 0,
      signal,
      wholeBytesMax: bytesMax,
    })
    const { status, headers } = response
    if (options.hasCredential && CREDENTIAL_STATUSES.has(status)) {
      response.body.cancel()
      throw refuseUpstream('upstream.credential_refused', {
        detail: `the API answered ${status} to the credential that its publisher has stored`,
      })
    }
    return { status, headers, bytes: await readWhole(response, bytesMax) }
  } catch (error) {
    throw signal.aborted ? abortReason(signal) : transportProblem(error)
  }
}

async function readWhole(response: HttpResponse, bytesMax: number): Promise<Buffer> {
  const encoding = response.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    response.body.cancel()
    throw refuseUpstream('upstream.invalid_answer', {
      detail: `a body in the encoding ${encoding}, which was not asked for`,
    })
  }
  if (response.whole !== undefined) return response.whole
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > bytesMax) {
      throw refuseUpstream('upstream.result_too_large', {
        detail: `over ${bytesMax} bytes, which is the limit for an API`,
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
