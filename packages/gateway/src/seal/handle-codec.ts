import type { Clock } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import type { Seal } from './seal.ts'

/**
 * Why a handle is refused. Clients are told the same for all of them: what is wrong with a handle is an answer
 * to whoever forges one.
 */
export type HandleFault =
  /** Changed, made up, sealed for another principal or purpose, or under a key that is no longer in use. */
  | 'unreadable'
  | 'expired'
  /** It is sound, and was given for something else than it is used for. */
  | 'misplaced'

/** What a handle says, or why it says nothing. */
export type OpenedHandle<T> =
  | { readonly kind: 'sound'; readonly value: T }
  | { readonly kind: 'refused'; readonly fault: HandleFault }

/** Handles of one kind: what the gateway lets a client carry, so that no process has to remember it. */
export interface HandleCodec<T> {
  /** Visible ASCII without blanks. `boundTo` names whose it is (`./binding.ts`); nobody else can open it. */
  seal(value: T, boundTo: string): string
  /** Never throws, whatever the text is. */
  open(text: string, boundTo: string): OpenedHandle<T>
}

/** What a kind of handles is made of. */
export type HandleCodecParts<T> = {
  readonly seal: Seal
  readonly schema: z.ZodType<T>
  readonly clock: Clock
  /** How long a handle opens, in milliseconds from its making. */
  readonly lifeMs: number
}

const UNREADABLE = { kind: 'refused', fault: 'unreadable' } as const
const EXPIRED = { kind: 'refused', fault: 'expired' } as const

/** Makes the codec: the value as JSON with the moment of its end, under the seal. */
export function createHandleCodec<T>(parts: HandleCodecParts<T>): HandleCodec<T> {
  const { seal, clock, lifeMs } = parts
  const envelope = z.tuple([z.int(), parts.schema])
  return {
    seal: (value, boundTo) => seal.seal(JSON.stringify([clock.now() + lifeMs, value]), boundTo),
    open(text, boundTo) {
      const opened = seal.unseal(text, boundTo)
      if (opened === undefined) return UNREADABLE
      // NOTE: nobody but us can have written it, but another version of us may have: its form is checked all the same.
      const parsed = envelope.safeParse(parsedJson(opened))
      if (!parsed.success) return UNREADABLE
      const [endsAt, value] = parsed.data
      return endsAt <= clock.now() ? EXPIRED : { kind: 'sound', value }
    },
  }
}

/** Undefined for what is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // NOTE: JSON.parse throws for nothing else; the caller refuses what it cannot read.
    return undefined
  }
}
