import { isRecord, problemFromDocument, retryAfterOf, sdkProblem } from '../problem.ts'
import { readSse, type SseEvent } from '../mcp/sse.ts'

/** The platform says something every 15 s, if only a comment: after three times nothing it is gone, in ms. */
export const SILENCE_MS_MAX = 45_000
/** The largest event of a live stream, in characters: a usage event has some 800. */
const EVENT_CHARS_MAX = 65_536

/** One connection of a live stream. */
export type LiveConnection = {
  readonly url: string
  readonly apiKey: string | undefined
  readonly fetch: typeof fetch
  readonly signal: AbortSignal
  /** Where to go on; undefined: from now on. */
  readonly cursor: string | undefined
  readonly onOpen: () => void
  /** The place that was reached. */
  readonly onCursor: (cursor: string) => void
  readonly onEvent: (event: SseEvent) => void
}

/** Opens the stream and reads it until it ends; throws a problem, `retryable` when another connection may go better. */
export async function readLive(connection: LiveConnection): Promise<never> {
  const watchdog = new AbortController()
  const signal = AbortSignal.any([connection.signal, watchdog.signal])
  const silent = (): void => watchdog.abort(lost(`nothing came for ${SILENCE_MS_MAX} ms`))
  let timer = setTimeout(silent, SILENCE_MS_MAX)
  try {
    const body = await open(connection, signal)
    connection.onOpen()
    const onBytes = (): void => {
      clearTimeout(timer)
      timer = setTimeout(silent, SILENCE_MS_MAX)
    }
    const onId = connection.onCursor
    for await (const event of readSse(body, { eventCharsMax: EVENT_CHARS_MAX, onBytes, onId })) {
      signal.throwIfAborted()
      connection.onEvent(event)
    }
    throw lost('the stream ended')
  } catch (error) {
    if (watchdog.signal.aborted && !connection.signal.aborted) throw watchdog.signal.reason
    // What `fetch` and streams throw when the network breaks (Fetch standard, network error).
    throw error instanceof TypeError ? lost('the connection broke', error) : error
  } finally {
    clearTimeout(timer)
  }
}

async function open(
  { url, apiKey, cursor, fetch }: LiveConnection,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url, {
    cache: 'no-store',
    headers: {
      accept: 'text/event-stream',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      ...(cursor === undefined ? {} : { 'last-event-id': cursor }),
    },
    signal,
  })
  const type = response.headers.get('content-type') ?? ''
  if (response.ok && type.startsWith('text/event-stream') && response.body !== null) {
    return response.body
  }
  throw refusalOf(response, await response.text())
}

function refusalOf(response: Response, text: string): Error {
  const retryAfterSeconds = retryAfterOf(response.headers)
  const problem = problemFromDocument(documentOf(text), { retryAfterSeconds })
  if (problem !== undefined) return problem
  // A proxy in front says in its own words that the platform is away.
  const { status } = response
  if (status >= 500 || status === 429) return lost(`HTTP ${status}`)
  return sdkProblem('sdk.not_orchestra', { detail: `HTTP ${status} instead of a live stream` })
}

/** The JSON object that a text is; undefined for anything else. */
export function documentOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined // no JSON: the caller says what that means
  }
}

function lost(detail: string, cause?: unknown): Error {
  return sdkProblem('sdk.unreachable', { detail, cause })
}
