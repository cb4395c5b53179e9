import { Trans } from '@lingui/react/macro'
import { lazy, Suspense, useState } from 'react'
import { lineLook } from './chart-look.ts'
import type { ChartProps } from './chart-props.ts'
import { ChartTable, valueText } from './chart-table.tsx'
import { Disclosure } from './disclosure.tsx'

/** Pixels of a chart's height unless told otherwise. */
const CHART_HEIGHT = 180

const Canvas = lazy(() => import('./chart-canvas.tsx'))

/** Lines over time, drawn on a canvas, and the same figures as a table. */
export function Chart(props: ChartProps) {
  const height = props.height ?? CHART_HEIGHT
  const [hovered, setHovered] = useState<number>()
  const [open, setOpen] = useState(false)
  return (
    <figure aria-label={props.label} className="flex min-w-0 flex-col gap-2">
      <Legend {...props} hovered={hovered} />
      <div aria-hidden className="min-w-0 overflow-hidden" style={{ height }}>
        <Suspense fallback={<div className="size-full animate-pulse rounded-md bg-hover" />}>
          <Canvas {...props} height={height} onHover={setHovered} />
        </Suspense>
      </div>
      <Disclosure open={open} onToggle={setOpen} summary={<Trans>Show as a table</Trans>}>
        {open && <ChartTable {...props} />}
      </Disclosure>
    </figure>
  )
}

/** Which line is which; under the pointer also what they are there. */
function Legend({
  series,
  times,
  format,
  formatTime,
  hovered,
}: ChartProps & { hovered: number | undefined }) {
  const atMs = hovered === undefined ? undefined : times[hovered]
  return (
    <div aria-hidden className="flex min-h-5 flex-wrap items-center gap-x-4 text-sm text-muted">
      {series.map((line, index) => {
        const { colour, dash } = lineLook(index)
        return (
          <span key={line.label} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <svg width="18" height="8" className={colour}>
              <path
                d="M0 4 H18"
                stroke="currentColor"
                strokeWidth="2"
                strokeDasharray={dash.join(' ')}
              />
            </svg>
            {line.label}
            {hovered !== undefined && (
              <span className="font-medium text-text">
                {valueText(line.values[hovered], format)}
              </span>
            )}
          </span>
        )
      })}
      {atMs !== undefined && <span className="ms-auto whitespace-nowrap">{formatTime(atMs)}</span>}
    </div>
  )
}
