import { useLingui } from '@lingui/react/macro'
import { useNow } from '../session/clock.ts'
import { longTimeText, relativeText, timeText } from './time-text.ts'

/** A moment in the reader's time zone; the title has the zone and RFC 3339. */
export function Time({ value, relative = false }: { value: string; relative?: boolean }) {
  const { i18n } = useLingui()
  const atMs = Date.parse(value)
  if (Number.isNaN(atMs)) return <span>{value}</span>
  const title = `${longTimeText(atMs, i18n.locale)} · ${value}`
  return (
    <time dateTime={value} title={title} className="whitespace-nowrap">
      {relative ? <Relative atMs={atMs} locale={i18n.locale} /> : timeText(atMs, i18n.locale)}
    </time>
  )
}

function Relative({ atMs, locale }: { atMs: number; locale: string }) {
  return relativeText(atMs, useNow(), locale)
}
