import { dataOf, withData, type SseEvent } from '../../protocol/sse/event.ts'

/** Events that may come before an answer that is waited for; a server that says more than this before it greets is not waited for. */
const AHEAD_EVENTS_MAX = 64

/** What those events may hold, in characters: a greeting is some kilobytes. */
const AHEAD_CHARS_MAX = 1024 * 1024

/**
 * The same events, after one of them was found and given another text: nothing is handed on before it came, so
 * that what it says is known when the answer to the client begins.
 */
export async function readAhead(
  events: AsyncIterable<SseEvent>,
  find: (data: string) => string | undefined,
): Promise<AsyncIterable<SseEvent>> {
  const source = events[Symbol.asyncIterator]()
  try {
    return replay(await readUntil(source, find), source)
  } catch (error) {
    await source.return?.()
    throw error
  }
}

async function readUntil(
  source: AsyncIterator<SseEvent>,
  find: (data: string) => string | undefined,
): Promise<readonly SseEvent[]> {
  const ahead: SseEvent[] = []
  let chars = 0
  while (ahead.length < AHEAD_EVENTS_MAX && chars < AHEAD_CHARS_MAX) {
    const next = await source.next()
    if (next.done === true) break
    const data = dataOf(next.value) ?? ''
    const found = data === '' ? undefined : find(data)
    ahead.push(found === undefined ? next.value : withData(next.value, found))
    if (found !== undefined) break
    chars += data.length
  }
  return ahead
}

async function* replay(
  ahead: readonly SseEvent[],
  source: AsyncIterator<SseEvent>,
): AsyncGenerator<SseEvent> {
  try {
    yield* ahead
    yield* { [Symbol.asyncIterator]: () => source }
  } finally {
    // Who stops reading early lets go of the server's stream too.
    await source.return?.()
  }
}
