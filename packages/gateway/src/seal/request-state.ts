import type { Clock } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import { createHandleCodec, type HandleCodec } from './handle-codec.ts'
import { createSeal } from './seal.ts'

/** What a sealed `requestState` says (MCP 2026-07-28, multi round-trip requests). */
export const RequestState = z.object({
  /** The server's own state as the JSON text that it wrote; null when it gave none. */
  inner: z.string().nullable(),
  serverId: z.string(),
  method: z.string(),
  /** The server's own name of the tool or prompt, or the resource's URI. */
  target: z.string(),
  /** The version of the price when the call began; null when it was free (spending §3.11). */
  priceVersion: z.int().nullable(),
  /** The gateway that keeps the rest of the call in its memory; null when the state is all there is. */
  slot: z.string().nullable(),
})
export type RequestState = z.infer<typeof RequestState>

/**
 * How long a client may take to answer, in milliseconds: a person may be asked. It is also how long a price holds
 * that has risen since, so it is not longer than an hour.
 */
export const REQUEST_STATE_LIFE_MS = 3_600_000

/** Seals and opens the `requestState` of modern clients. */
export function createRequestStates(
  sealingKey: () => string,
  clock: Clock,
): HandleCodec<RequestState> {
  const seal = createSeal('requestState', sealingKey)
  return createHandleCodec({ seal, schema: RequestState, clock, lifeMs: REQUEST_STATE_LIFE_MS })
}
