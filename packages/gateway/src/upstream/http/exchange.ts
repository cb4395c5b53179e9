import type { CancelSignal } from '../../cancel.ts'
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { ByteQueue } from './byte-queue.ts'
import { mediaTypeOf } from './media-type.ts'

/** The reason for giving up what nobody reads any more; one for all, since a DOMException per call is not free. */
export const READ_ENOUGH: Error = new Error('nobody reads any more')

/** One HTTP request of ours. */
export type HttpRequest = {
  readonly method: 'POST' | 'GET' | 'DELETE' | 'PUT' | 'PATCH' | 'HEAD' | 'OPTIONS'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  /** Until the headers are here; 0 waits until the signal says otherwise. */
  readonly headersTimeoutMs: number
  /** Between two chunks of the body; 0 waits until the signal says otherwise. */
  readonly bodyTimeoutMs: number
  readonly signal: CancelSignal
  /** A JSON body that says that it is no longer than this is given whole, in bytes. */
  readonly wholeBytesMax?: number
  /** Says what a body that broke off means to its reader; the error itself when absent. */
  readonly explain?: (error: Error) => Error
  /** Told when the request leaves on a socket. */
  readonly onSent?: (() => void) | undefined
}

/** Status and headers, and the body as it comes. */
export type HttpResponse = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: ByteQueue
  /** The body, when it was short enough to be waited for; `body` then stays empty. */
  readonly whole: Buffer | undefined
}

/**
 * Sends a request by undici's `dispatch` (the cheapest way that pools sockets) and resolves with the
 * headers. Aborting the signal at any moment gives the pooled socket back: a client that leaves
 * mid-stream must never keep one.
 */
export function exchange(pool: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  const { signal } = request
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let cancelled: Error | undefined
    let status = 0
    let headers: IncomingHttpHeaders = {}
    let whole: Buffer[] | undefined
    const cancel = (reason: Error): void => {
      cancelled ??= reason
      controller?.abort(cancelled)
      queue.fail(cancelled)
      reject(cancelled)
    }
    const queue = new ByteQueue({
      pause: () => controller?.pause(),
      resume: () => controller?.resume(),
      cancel: () => cancel(new Error('the reader left')),
    })
    const onAbort = (): void => cancel(abortReason(signal))
    if (signal.aborted) return reject(abortReason(signal))
    signal.addEventListener('abort', onAbort, { once: true })
    const release = (): void => signal.removeEventListener('abort', onAbort)
    pool.dispatch(
      {
        method: request.method,
        path: request.path,
        headers: request.headers,
        body: request.body ?? null,
        headersTimeout: request.headersTimeoutMs,
        bodyTimeout: request.bodyTimeoutMs,
      },
      {
        onRequestStart(started) {
          controller = started
          if (cancelled !== undefined) started.abort(cancelled)
          request.onSent?.()
        },
        onResponseStart(_controller, startStatus, startHeaders) {
          if (startStatus < 200) return
          status = startStatus
          headers = startHeaders
          if (isWhole(headers, request.wholeBytesMax ?? 0)) whole = []
          else resolve({ status, headers, body: queue, whole: undefined })
        },
        onResponseData(_controller, chunk) {
          if (whole === undefined) queue.push(chunk)
          else whole.push(chunk)
        },
        onResponseEnd() {
          release()
          queue.end()
          if (whole === undefined) return
          const [first = EMPTY] = whole
          const body = whole.length < 2 ? first : Buffer.concat(whole)
          resolve({ status, headers, body: queue, whole: body })
        },
        onResponseError(_controller, error) {
          release()
          queue.fail(cancelled ?? request.explain?.(error) ?? error)
          reject(error)
        },
      },
    )
  })
}

const EMPTY = Buffer.alloc(0)

/** Whether a body is a JSON text of a stated length that is waited for: most answers are, and need no queue. */
function isWhole(headers: IncomingHttpHeaders, bytesMax: number): boolean {
  return (
    Number(headers['content-length'] ?? Number.NaN) <= bytesMax &&
    headers['content-encoding'] === undefined &&
    mediaTypeOf(headers['content-type'] ?? '') === 'application/json'
  )
}

/** The signal's reason as an error. */
export function abortReason(signal: CancelSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}
