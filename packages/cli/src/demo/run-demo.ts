import type { Orchestra } from '@mcp-orchestra/sdk'
import type { Style } from '../style.ts'
import { createNarrator } from './narrator.ts'
import { tellStory } from './story.ts'
import { tour } from './tour.ts'

/** What the demo needs of whoever runs it. */
export type DemoDeps = {
  readonly operator: Orchestra
  readonly as: (apiKey: string) => Orchestra
  /** The demo's payer, for the tour of the real servers; absent: no tour. */
  readonly payer: Orchestra | undefined
  readonly write: (text: string) => void
  readonly style: Style
  readonly monotonicMs: () => number
  /** When the person's wait began, and what they waited for. */
  readonly sinceMs: number
  readonly sinceWhat: string
}

/** Tells one paid call step by step; throws when anything is not as promised. */
export async function runDemo(deps: DemoDeps): Promise<void> {
  const { payer, style, write } = deps
  const narrator = createNarrator(deps)
  write('\n')
  const { firstPaidCallAtMs } = await tellStory({ ...deps, narrator })
  if (payer !== undefined) await tour({ payer, narrator, style })
  const seconds = ((firstPaidCallAtMs - deps.sinceMs) / 1_000).toFixed(1)
  write(`  ${style.good(`first paid call after ${seconds} s`)} ${style.dim(deps.sinceWhat)}\n\n`)
}
