import { sdkProblem, type OrchestraProblem } from './problem.ts'

/** What every method of the SDK takes beside its own arguments. */
export type CallOptions = {
  /** Aborts the request; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal
  /** Overrides the client's time limit, in milliseconds. */
  readonly timeoutMs?: number
}

/** One signal of the caller's own and the time limit, and what to throw when it fires. */
export type Deadline = {
  readonly signal: AbortSignal
  /** Translates what `fetch` threw: the caller's reason, a time-out, or a lost connection. */
  readonly explain: (error: unknown, sent: boolean) => unknown
  /** Waits for work that others wait for too: it goes on when this one gives up. */
  readonly race: <T>(work: Promise<T>) => Promise<T>
}

/** Starts the time limit of one request. */
export function startDeadline(options: CallOptions, defaultTimeoutMs: number): Deadline {
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  const limit = AbortSignal.timeout(timeoutMs)
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit])
  const explain: Deadline['explain'] = (error, sent) => {
    if (options.signal?.aborted === true) return options.signal.reason
    if (limit.aborted) {
      return sdkProblem('sdk.timeout', { detail: `no answer within ${timeoutMs} ms`, cause: error })
    }
    return explainNetworkError(error, sent)
  }
  return {
    signal,
    explain,
    async race(work) {
      let giveUp = (): void => undefined
      const givenUp = new Promise<never>((_resolve, reject) => {
        giveUp = () => reject(explain(signal.reason, false))
      })
      signal.addEventListener('abort', giveUp)
      if (signal.aborted) giveUp()
      try {
        return await Promise.race([work, givenUp])
      } finally {
        signal.removeEventListener('abort', giveUp)
      }
    },
  }
}

/** Errors that say that no byte of the request left: the same request may go again. */
const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function explainNetworkError(error: unknown, sent: boolean): unknown {
  if (!(error instanceof TypeError) && !(error instanceof StreamCut)) return error
  const code = networkCode(error.cause)
  if (!sent && code !== undefined && NOTHING_SENT.has(code)) {
    return sdkProblem('sdk.unreachable', { detail: `connection failed: ${code}`, cause: error })
  }
  return sdkProblem('sdk.connection_lost', { cause: error })
}

function networkCode(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null) return undefined
  if ('code' in cause && typeof cause.code === 'string') return cause.code
  return undefined
}

/** A response stream that ended before its final message. */
export class StreamCut extends Error {
  override name = 'StreamCut'
}

/** Whether a problem says that the connection broke, before or after sending. */
export function isConnectionProblem(problem: OrchestraProblem): boolean {
  return problem.code === 'sdk.unreachable' || problem.code === 'sdk.connection_lost'
}
