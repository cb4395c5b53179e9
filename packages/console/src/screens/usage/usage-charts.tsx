import { Trans, useLingui } from '@lingui/react/macro'
import type { UsageSum } from '@mcp-orchestra/sdk'
import { useMemo } from 'react'
import { Card, Chart } from '../../kit/index.ts'
import { monthText } from '../journal/period.ts'
import { monthSeries } from './groups.ts'

/** The asset of the books: what calls are charged in. */
const ASSET = 'USD'
/** Atto-USD in a millionth of a USD, the finest that a chart shows. */
const ATTO_PER_MICRO = 10n ** 12n
const MICRO_PER_USD = 1_000_000
const CHART_PX = 140

/** What each month came to, and how many calls; a picture, the table below it is exact. */
export function UsageCharts({
  sums,
  onMonth,
}: {
  sums: readonly UsageSum[]
  onMonth: (month: string) => void
}) {
  const { t, i18n } = useLingui()
  const series = useMemo(() => monthSeries(sums, ASSET), [sums])
  const times = useMemo(
    () => series.map(({ month }) => Date.parse(`${month}-01T00:00:00Z`)),
    [series],
  )
  const amounts = useMemo(
    () => series.map(({ amount }) => Number(amount / ATTO_PER_MICRO) / MICRO_PER_USD),
    [series],
  )
  const calls = useMemo(() => series.map((one) => Number(one.calls)), [series])
  // One point is no line.
  if (series.length < 2) return null
  const shared = {
    times,
    height: CHART_PX,
    formatTime: (atMs: number) => monthText(new Date(atMs).toISOString().slice(0, 7), i18n.locale),
    onPoint: (index: number) => {
      const month = series[index]?.month
      if (month !== undefined) onMonth(month)
    },
  }
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Card title={<Trans>Amount of each month</Trans>}>
        <Chart
          label={t`Amount of each month`}
          series={[{ label: ASSET, values: amounts }]}
          format={(usd) => `${i18n.number(usd, { maximumFractionDigits: 6 })} ${ASSET}`}
          {...shared}
        />
      </Card>
      <Card title={<Trans>Charged calls of each month</Trans>}>
        <Chart
          label={t`Charged calls of each month`}
          series={[{ label: t`Calls`, values: calls }]}
          format={(count) => i18n.number(count)}
          {...shared}
        />
      </Card>
    </div>
  )
}
