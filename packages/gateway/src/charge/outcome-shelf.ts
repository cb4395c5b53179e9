import type { Id } from '@mcp-orchestra/kernel'
import type { OutcomePlace } from './purchase.ts'
import type { StoredOutcome } from './call-entries.ts'
import { unsealOutcome } from './outcome-seal.ts'

/** Reads one record's text from a journal on this disk; undefined when it is gone. */
export type ReadOutcome = (place: OutcomePlace) => Promise<string | undefined>

/** The result text of a complete purchase; undefined when it was too large, is gone, or cannot be opened any more. */
export async function takeOutcome(
  read: ReadOutcome,
  place: OutcomePlace,
  seal: { readonly purchaseId: Id<'pur'>; readonly sealingKey: Buffer },
): Promise<string | undefined> {
  const text = await read(place)
  if (text === undefined) return undefined
  const outcome = JSON.parse(text) as StoredOutcome
  if (outcome.purchaseId !== seal.purchaseId || outcome.sealed === null) return undefined
  return unsealOutcome(outcome.sealed, seal.purchaseId, seal.sealingKey)
}
