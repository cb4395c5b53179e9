import type { ReactNode } from 'react'
import { TONE_LOOK, type Tone } from './tone.ts'

/** One word about a thing; the word says it, the tone only helps. */
export function Badge({ tone = 'neutral', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex h-5 items-center rounded-sm px-1.5 align-middle text-xs font-medium whitespace-nowrap ${TONE_LOOK[tone]}`}
    >
      {children}
    </span>
  )
}
