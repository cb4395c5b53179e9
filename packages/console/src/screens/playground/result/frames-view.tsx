import { Trans, useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'
import { parseJson, writeJson } from '../../../schema/index.ts'
import type { Frame } from '../call/call-record.ts'
import { TextView } from './text-view.tsx'

/** Longer frames are shown as they came: laying them out would only make them longer. */
const LAID_OUT_MAX = 200_000

/** What went over the wire, request and responses, without headers and without a key. */
export function FramesView({ frames }: { frames: readonly Frame[] }) {
  const { t } = useLingui()
  if (frames.length === 0) {
    return (
      <p className="text-muted">
        <Trans>Nothing was sent.</Trans>
      </p>
    )
  }
  return (
    <div className="flex min-w-0 flex-col gap-4">
      {frames.map((frame, index) => (
        <FrameView
          key={index}
          text={frame.text}
          label={frame.direction === 'sent' ? t`Sent` : t`Received`}
        />
      ))}
    </div>
  )
}

function FrameView({ text, label }: { text: string; label: string }) {
  const shown = useMemo(() => laidOut(text), [text])
  return <TextView text={shown} name={`frame-${label}`} label={label} />
}

/** JSON on several lines with the same digits; what is no JSON stays as it is. */
function laidOut(text: string): string {
  if (text.length > LAID_OUT_MAX) return text
  const parsed = parseJson(text)
  return parsed.ok ? writeJson(parsed.value) : text
}
