import { setTimeout as pause } from 'node:timers/promises'
import { META_IDEMPOTENCY_KEY, META_RECEIPT } from '@mcp-orchestra/api/mcp-meta'
import { z } from 'zod'
import type { KeyedTarget } from '../stage/test-relay.ts'
import { MODERN_META, modernHeaders, postRaw } from '../wire/raw-client.ts'

/** Calls under way at once: enough that a kill finds several in every step. */
const WORKERS = 8
/** Between two tries of one purchase, so that a restart is not met by a storm. Milliseconds. */
const RETRY_PAUSE_MS = 50
/** A purchase that is not settled by then is a failure of the platform. Milliseconds. */
const PURCHASE_TIMEOUT_MS = 60_000

/** A call whose last byte the caller has, with the usage event that its receipt names. */
export type Acknowledged = { readonly key: string | undefined; readonly eventId: string }

/** How a load ended. */
export type LoadReport = {
  readonly acknowledged: readonly Acknowledged[]
  /** Keyed purchases whose end the gateway says it cannot know, and will not run again. */
  readonly unknown: readonly string[]
  /** Calls without a key that broke off: charged or not, the caller cannot know. */
  readonly brokenOff: number
}

const Answer = z.looseObject({
  result: z
    .looseObject({
      _meta: z.looseObject({ [META_RECEIPT]: z.looseObject({ eventId: z.string() }) }),
    })
    .optional(),
  error: z.looseObject({ code: z.number(), data: z.unknown().optional() }).optional(),
})

/**
 * Buys `purchases` calls of a tool. With keys each purchase is tried again under its key until it is
 * acknowledged or declared unknown; without keys each is tried once.
 */
export async function runPaidLoad(options: {
  readonly target: KeyedTarget
  readonly tool: string
  readonly purchases: number
  readonly keyed: boolean
  /** Told after each acknowledgement how many there are. */
  readonly onAcknowledged: (count: number) => void
}): Promise<LoadReport> {
  const acknowledged: Acknowledged[] = []
  const unknown: string[] = []
  let brokenOff = 0
  let next = 0

  async function buy(number: number): Promise<void> {
    const key = options.keyed ? `purchase-${number}` : undefined
    const signal = AbortSignal.timeout(PURCHASE_TIMEOUT_MS)
    for (;;) {
      signal.throwIfAborted()
      const outcome = await tryOnce(options.target, options.tool, key)
      if (outcome.kind === 'acknowledged') {
        acknowledged.push({ key, eventId: outcome.eventId })
        options.onAcknowledged(acknowledged.length)
        return
      }
      if (outcome.kind === 'unknown' && key !== undefined) {
        unknown.push(key)
        return
      }
      if (key === undefined) {
        brokenOff += 1
        await untilServing(options.target, signal)
        return
      }
      await pause(RETRY_PAUSE_MS)
    }
  }

  async function work(): Promise<void> {
    while (next < options.purchases) {
      next += 1
      await buy(next)
    }
  }

  await Promise.all(Array.from({ length: WORKERS }, work))
  return { acknowledged, unknown, brokenOff }
}

/** Waits for the gateway to answer again, so that the rest of the load meets more than a closed port. */
async function untilServing({ url }: KeyedTarget, signal: AbortSignal): Promise<void> {
  const health = new URL('/healthz', url)
  for (;;) {
    signal.throwIfAborted()
    const answer = await fetch(health).catch(() => undefined) // nobody listens yet
    if (answer?.ok === true) return
    await pause(RETRY_PAUSE_MS)
  }
}

type Outcome =
  | { readonly kind: 'acknowledged'; readonly eventId: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'again' }

async function tryOnce(
  target: KeyedTarget,
  tool: string,
  key: string | undefined,
): Promise<Outcome> {
  const meta = key === undefined ? '' : `,"${META_IDEMPOTENCY_KEY}":"${key}"`
  const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${tool}","arguments":{},"_meta":{${MODERN_META}${meta}}}}`
  let message: unknown
  try {
    const answer = await postRaw(target, text, modernHeaders('tools/call', tool))
    message = JSON.parse(answer.messages.at(-1) ?? 'null')
  } catch {
    return { kind: 'again' } // the gateway is gone, or went while it answered
  }
  const { result, error } = Answer.safeParse(message).data ?? {}
  if (result !== undefined) {
    return { kind: 'acknowledged', eventId: result._meta[META_RECEIPT].eventId }
  }
  const data = JSON.stringify(error?.data ?? null)
  return { kind: data.includes('charge.purchase_unknown') ? 'unknown' : 'again' }
}
