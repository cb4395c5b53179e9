import type { StoredOutcome } from '../call-entries.ts'
import type { OutcomeSeal } from './outcome-seal.ts'
import type { OutcomePlace } from './purchase.ts'

/** Reads one record's text from a journal on this disk; undefined when it is gone. */
export type ReadOutcome = (place: OutcomePlace) => Promise<string | undefined>

/** The result text of a complete purchase; undefined when it was too large, is gone, or cannot be opened any more. */
export type OpenOutcome = (
  place: OutcomePlace,
  purchaseId: string,
  sealingKey: string,
) => Promise<string | undefined>

/** Finds stored outcomes in the journals and opens them. */
export function createOutcomeOpener(read: ReadOutcome, seal: OutcomeSeal): OpenOutcome {
  return async (place, purchaseId, sealingKey) => {
    const text = await read(place)
    if (text === undefined) return undefined
    const outcome = JSON.parse(text) as StoredOutcome
    if (outcome.purchaseId !== purchaseId || outcome.sealed === null) return undefined
    return seal.unseal(outcome.sealed, purchaseId, sealingKey)
  }
}
