import { useLingui } from '@lingui/react/macro'
import { timeZone } from '../../kit/index.ts'
import { nowMs } from '../../session/index.ts'

/** When a call happened, to the millisecond, in the reader's time zone; the day only when it is not today. */
export function CallTime({ value }: { value: string }) {
  const { i18n } = useLingui()
  const atMs = Date.parse(value)
  if (Number.isNaN(atMs)) return <span>{value}</span>
  const { day, clock } = formatsOf(i18n.locale)
  const date = day.format(atMs)
  return (
    <time dateTime={value} title={`${value} · ${timeZone()}`} className="whitespace-nowrap">
      {date !== day.format(nowMs()) && `${date}, `}
      {clock.format(atMs)}
    </time>
  )
}

type Formats = { readonly day: Intl.DateTimeFormat; readonly clock: Intl.DateTimeFormat }

/** Making a format costs more than using it a hundred times, and every row needs two. */
const formats = new Map<string, Formats>()

function formatsOf(locale: string): Formats {
  const known = formats.get(locale)
  if (known !== undefined) return known
  const made = {
    day: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }),
    clock: new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    }),
  }
  formats.set(locale, made)
  return made
}
