/** One line of a chart. */
export type ChartSeries = {
  readonly label: string
  /** One value per time; null is a gap. */
  readonly values: readonly (number | null)[]
}

/** What a {@link Chart} draws. */
export type ChartProps = {
  /** Names the chart. */
  label: string
  /** Moments in epoch milliseconds, rising. */
  times: readonly number[]
  series: readonly ChartSeries[]
  /** A value with its unit. */
  format: (value: number) => string
  /** A moment in the words of the axis and the table. */
  formatTime: (atMs: number) => string
  height?: number
  /** A press on a point leads to the rows behind it. */
  onPoint?: (index: number) => void
}
