import { TONE_ICON, TONE_TEXT, type Tone } from './tone.ts'

/** A state: a shape of its own per tone, and its name. */
export function StatusDot({ tone, label }: { tone: Tone; label: string }) {
  const Shape = TONE_ICON[tone]
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Shape size={14} aria-hidden className={`shrink-0 ${TONE_TEXT[tone]}`} />
      {label}
    </span>
  )
}
