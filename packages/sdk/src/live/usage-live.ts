import type { Clock } from '@mcp-orchestra/kernel'
import type { UsageEvent } from '../documents.ts'
import { waitMs } from '../wait.ts'
import type { SseEvent } from '../mcp/sse.ts'
import { OrchestraProblem, sdkProblem } from '../problem.ts'
import { LiveBuffer } from './live-buffer.ts'
import { documentOf, readLive } from './live-connection.ts'
import type { LiveItem, LiveOptions } from './live-item.ts'

/** The first pause before connecting again, in ms; each further one is twice as long. */
const FIRST_PAUSE_MS = 500
/** The longest pause, in ms: a person at a screen waits no longer, and a thousand of them are no storm. */
const PAUSE_MS_MAX = 30_000
/** The longest pause that the platform can ask for, in ms. */
const ASKED_PAUSE_MS_MAX = 120_000
/** A connection that held this long was a good one: the next pause is the first again. In ms. */
const STABLE_MS = 10_000

/** What following needs from outside. */
export type LiveDeps = {
  /** Address of the stream, with its filter. */
  readonly url: string
  readonly apiKey: string | undefined
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** From 0 up to 1: spreads those who lost the same platform at the same moment. */
  readonly random: () => number
}

/**
 * Calls as they are posted, over connections that are made again when they are lost. Ends quietly by the
 * signal; throws `sdk.signed_out`, or what the platform refused for good.
 */
export async function* followUsage(
  deps: LiveDeps,
  { signal, onState }: LiveOptions,
): AsyncGenerator<LiveItem> {
  const stop = new AbortController()
  const either = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const buffer = new LiveBuffer()
  const giveUp = (): void => buffer.close()
  either.addEventListener('abort', giveUp)
  let failure: { readonly error: unknown } | undefined
  const following = follow(deps, buffer, { signal: either, ...(onState && { onState }) })
    .catch((error: unknown) => {
      if (!either.aborted) failure = { error }
    })
    .finally(() => buffer.end())
  try {
    yield* buffer.read()
  } finally {
    stop.abort()
    either.removeEventListener('abort', giveUp)
    await following
  }
  if (failure !== undefined) throw failure.error
}

async function follow(
  deps: LiveDeps,
  buffer: LiveBuffer,
  { signal, onState }: LiveOptions & { signal: AbortSignal },
): Promise<void> {
  let cursor: string | undefined
  let wasOpen = false
  let failures = 0
  while (!signal.aborted) {
    let openedMs: number | undefined
    const onOpen = (): void => {
      openedMs = deps.clock.monotonicMs()
      // Without a place to go on from, what was posted meanwhile is not in the stream.
      if (wasOpen && cursor === undefined) buffer.push({ kind: 'gap' })
      wasOpen = true
      onState?.('open', {})
    }
    const onEvent = (event: SseEvent): void => {
      const item = itemOf(event)
      if (item !== undefined) buffer.push(item)
    }
    const onCursor = (reached: string): void => {
      cursor = reached
    }
    onState?.('connecting', {})
    const connection = { ...deps, signal, cursor, onOpen, onCursor, onEvent }
    const problem = await readLive(connection).catch(passing)
    if (openedMs !== undefined && deps.clock.monotonicMs() - openedMs >= STABLE_MS) failures = 0
    failures += 1
    const retryInMs = pauseMs(failures, problem, deps.random)
    onState?.('lost', { retryInMs, problem })
    await waitMs(retryInMs, signal)
  }
}

/** The problem when another connection may go better; throws every other one. */
function passing(error: unknown): OrchestraProblem {
  if (!(error instanceof OrchestraProblem)) throw error
  const { retryable, status, code } = error
  if (retryable || (status >= 500 && code !== 'sdk.not_orchestra')) return error
  throw error
}

/** Doubling up to a bound, and somewhere in the upper half of it; as long as the platform asks, if it does. */
function pauseMs(failures: number, problem: OrchestraProblem, random: () => number): number {
  const wholeMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), PAUSE_MS_MAX)
  const ownMs = Math.round(wholeMs * (0.5 + random() / 2))
  const askedMs = Math.min((problem.retryAfterSeconds ?? 0) * 1_000, ASKED_PAUSE_MS_MAX)
  return Math.max(ownMs, askedMs)
}

/** What an event says; undefined for those of later versions. */
function itemOf({ name, id, data }: SseEvent): LiveItem | undefined {
  switch (name) {
    case 'usage': {
      const event = documentOf(data)
      if (!isUsageEvent(event)) throw garbled(name)
      return { kind: 'usage', event, cursor: id }
    }
    case 'dropped': {
      const count = documentOf(data)?.['count']
      if (typeof count !== 'number') throw garbled(name)
      return { kind: 'dropped', count }
    }
    case 'gap':
      return { kind: 'gap' }
    case 'signed_out':
      throw sdkProblem('sdk.signed_out')
    default:
      return undefined
  }
}

/** The platform's own schema is trusted for the rest, as it is for every document. */
function isUsageEvent(value: object | undefined): value is UsageEvent {
  return value !== undefined && 'id' in value && 'outcome' in value
}

function garbled(name: string): OrchestraProblem {
  return sdkProblem('sdk.not_orchestra', { detail: `an event ${name} without its data` })
}
