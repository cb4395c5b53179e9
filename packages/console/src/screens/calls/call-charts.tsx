import { Trans, useLingui } from '@lingui/react/macro'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Card, Chart, durationText } from '../../kit/index.ts'
import { nowMs } from '../../session/index.ts'
import { SERIES_SPAN_MS, SERIES_STEPS, seriesOf, type SeriesStep } from './call-series.ts'

const STEP_MS = SERIES_SPAN_MS / SERIES_STEPS
const CHART_PX = 120

/** How many calls there are and how long they take, over the last minutes; a point leads to its calls. */
export function CallCharts({
  calls,
  onStep,
}: {
  calls: readonly UsageEvent[]
  onStep: (fromMs: number, toMs: number) => void
}) {
  const { t, i18n } = useLingui()
  const steps = useSteps(calls)
  const time = useMemo(
    () =>
      new Intl.DateTimeFormat(i18n.locale, {
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
        hourCycle: 'h23',
      }),
    [i18n.locale],
  )
  const times = useMemo(() => steps.map(({ atMs }) => atMs), [steps])
  const rates = useMemo(
    () => [
      { label: t`Calls`, values: steps.map((step) => step.calls) },
      { label: t`Failed`, values: steps.map((step) => step.failed) },
    ],
    [steps, t],
  )
  const latencies = useMemo(
    () => [
      { label: t`Median`, values: steps.map((step) => step.p50Ms) },
      { label: t`99th percentile`, values: steps.map((step) => step.p99Ms) },
    ],
    [steps, t],
  )
  const open = (index: number): void => {
    const step = steps[index]
    if (step !== undefined) onStep(step.atMs, step.atMs + STEP_MS)
  }
  const shared = {
    times,
    height: CHART_PX,
    onPoint: open,
    formatTime: (atMs: number) => time.format(atMs),
  }
  if (steps.every((step) => step.calls === 0)) {
    return (
      <p className="text-muted">
        <Trans>No call in the last five minutes.</Trans>
      </p>
    )
  }
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Card title={<Trans>Calls in 5 seconds</Trans>}>
        <Chart
          label={t`Calls in 5 seconds`}
          series={rates}
          format={(n) => i18n.number(n)}
          {...shared}
        />
      </Card>
      <Card title={<Trans>Duration</Trans>}>
        <Chart
          label={t`Duration of calls`}
          series={latencies}
          format={(ms) => durationText(ms, i18n.locale)}
          {...shared}
        />
      </Card>
    </div>
  )
}

/** Time between two drawings, in ms: drawing a chart on every call would cost more than the calls. */
const DRAW_EVERY_MS = 1_000

/** The steps as of the current second. */
function useSteps(calls: readonly UsageEvent[]): readonly SeriesStep[] {
  const [steps, setSteps] = useState(() => seriesOf(calls, nowMs()))
  const latest = useRef(calls)
  useEffect(() => {
    latest.current = calls
  })
  // A page of calls that was just read is drawn at once, single calls with the next second.
  const none = calls.length === 0
  useEffect(() => {
    const draw = (): void => {
      const next = seriesOf(none ? [] : latest.current, nowMs())
      setSteps((before) => (JSON.stringify(before) === JSON.stringify(next) ? before : next))
    }
    draw()
    const timer = setInterval(draw, DRAW_EVERY_MS)
    return () => clearInterval(timer)
  }, [none])
  return steps
}
