import { useId, type ReactNode } from 'react'
import { TONE_ICON, TONE_LOOK, TONE_TEXT, type Tone } from './tone.ts'

/** A message that stays in its place; `live` also reads it out when it appears. */
export function Notice({
  tone = 'info',
  title,
  actions,
  live = false,
  children,
}: {
  tone?: Tone
  title: ReactNode
  actions?: ReactNode
  live?: boolean
  children?: ReactNode
}) {
  const Shape = TONE_ICON[tone]
  const titleId = useId()
  return (
    <div
      role={live ? (tone === 'bad' ? 'alert' : 'status') : 'group'}
      aria-labelledby={titleId}
      className={`flex gap-3 rounded-md px-3 py-2.5 ${TONE_LOOK[tone]}`}
    >
      <Shape size={16} aria-hidden className="mt-0.5 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-56">
          <p id={titleId} className={`font-medium ${TONE_TEXT[tone]}`}>
            {title}
          </p>
          {children !== undefined && <div className="text-text">{children}</div>}
        </div>
        {actions !== undefined && (
          <div className="flex flex-wrap items-center gap-2 text-text">{actions}</div>
        )}
      </div>
    </div>
  )
}
