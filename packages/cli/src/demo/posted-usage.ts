import { OrchestraProblem, type Orchestra, type UsageEvent } from '@mcp-orchestra/sdk'

/** A gateway ships its journal within milliseconds; longer than this is a fault, in ms. */
const POSTED_WITHIN_MS = 10_000
/** Between two looks, in ms. */
const LOOK_PAUSE_MS = 50

/** The usage event of a receipt, as soon as its journal record has been posted. */
export async function usageOf(orchestra: Orchestra, eventId: string): Promise<UsageEvent> {
  const signal = AbortSignal.timeout(POSTED_WITHIN_MS)
  for (;;) {
    try {
      return await orchestra.usage.get(eventId, { signal })
    } catch (error) {
      if (!(error instanceof OrchestraProblem) || error.status !== 404) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE_MS))
  }
}
