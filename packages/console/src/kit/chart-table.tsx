import { Trans } from '@lingui/react/macro'
import type { ChartProps } from './chart-props.ts'

/** What scrolls must be reached by keyboard (WCAG 2.1.1). */
const REACHABLE = { tabIndex: 0, role: 'region' }

/** The figures of a chart, a moment a row. */
export function ChartTable({ label, times, series, format, formatTime }: ChartProps) {
  return (
    <div {...REACHABLE} aria-label={label} className="max-h-72 overflow-auto">
      <table className="w-full text-sm">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr>
            <th scope="col" className="py-1 text-start font-medium text-muted">
              <Trans>Time</Trans>
            </th>
            {series.map((line) => (
              <th key={line.label} scope="col" className="py-1 text-end font-medium text-muted">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((atMs, index) => (
            <tr key={atMs} className="border-t border-line">
              <th scope="row" className="py-1 text-start font-normal">
                {formatTime(atMs)}
              </th>
              {series.map((line) => (
                <td key={line.label} className="py-1 text-end">
                  {valueText(line.values[index], format)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** A value with its unit; a dash where there is none. */
export function valueText(
  value: number | null | undefined,
  format: (value: number) => string,
): string {
  return value === null || value === undefined ? '–' : format(value)
}
