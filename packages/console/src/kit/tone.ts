import { Circle, CircleCheck, CircleDashed, CircleX, Info, TriangleAlert } from 'lucide-react'
import type { Icon } from './icon.ts'

/** What a coloured thing says; each tone has a shape of its own, for colour alone says nothing. */
export type Tone = 'neutral' | 'good' | 'warn' | 'bad' | 'info' | 'accent'

/** Text and soft ground of a tone. */
export const TONE_LOOK: Readonly<Record<Tone, string>> = {
  neutral: 'bg-hover text-muted',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  accent: 'bg-accent-soft text-accent-text',
}

/** Only the text colour of a tone. */
export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  neutral: 'text-muted',
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  info: 'text-info',
  accent: 'text-accent-text',
}

/** The shape of a tone. */
export const TONE_ICON: Readonly<Record<Tone, Icon>> = {
  neutral: CircleDashed,
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleX,
  info: Info,
  accent: Circle,
}
