import { useNow } from '../session/index.ts'

/** A step of the time by which states are looked up, in ms: short beside the delay of a price rise or the grace of a key. */
const STEP_MS = 5_000

/** The time in steps, so that what is computed from it is computed rarely. */
export function useTimeStep(): number {
  return Math.floor(useNow() / STEP_MS) * STEP_MS
}
