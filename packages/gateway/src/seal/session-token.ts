import type { Clock } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import { createHandleCodec, type HandleCodec } from './handle-codec.ts'
import { createSeal } from './seal.ts'

/** A legacy session with a server, as far as it is needed to go on with it from another process. */
export const LinkState = z.object({
  serverId: z.string(),
  /** The server's own `Mcp-Session-Id`; null when it keeps no sessions. */
  sessionId: z.string().nullable(),
  revision: z.string().nullable(),
  /** Of a translated session with a modern server: it keeps none, and is rebuilt from the greeting. */
  offer: z.object({ lists: z.int(), subscribe: z.boolean(), logging: z.boolean() }).optional(),
})
export type LinkState = z.infer<typeof LinkState>

/** What the `Mcp-Session-Id` of a legacy client says (spending §7.22). */
export const SessionToken = z.object({
  /** The session's short id: what is remembered of one that was ended. */
  id: z.string(),
  /** The gateway that opened it. */
  slot: z.string(),
  endpointId: z.string(),
  /** The revision that was agreed on, as far as it was known. */
  revision: z.string(),
  /** Where what the session came to have later is noted (`listen/session/session-notes.ts`). */
  place: z.string().default(''),
  /** What it takes to go on elsewhere; null when some of the session's state lives in its process alone. */
  rest: z
    .object({
      greeting: z.string(),
      links: z.array(LinkState),
      /** Whether it may come to have what only its notes know: without them it is not gone on with. */
      needsNotes: z.boolean().default(false),
    })
    .nullable(),
})
export type SessionToken = z.infer<typeof SessionToken>

/** How long a session may be taken up again after its process has ended, in milliseconds. */
export const SESSION_TOKEN_LIFE_MS = 24 * 3_600_000

/**
 * The longest session id, in characters: with the other headers it has to fit into 16 KiB, here and at every
 * proxy on the way (8 KiB is common).
 */
export const SESSION_TOKEN_CHARS_MAX = 4_096

/** Seals and opens the session ids of legacy clients. */
export function createSessionTokens(
  sealingKey: () => string,
  clock: Clock,
): HandleCodec<SessionToken> {
  const seal = createSeal('session', sealingKey)
  return createHandleCodec({ seal, schema: SessionToken, clock, lifeMs: SESSION_TOKEN_LIFE_MS })
}
