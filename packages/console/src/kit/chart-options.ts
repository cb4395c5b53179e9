import type uPlot from 'uplot'
import { colourOf, lineLook } from './chart-look.ts'
import type { ChartProps } from './chart-props.ts'
import { lonely } from './lonely-values.ts'

/** Steps between labels of time, in seconds: round ones from a second to a day. */
const TIME_STEPS = [
  1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400,
]
/** Pixels that a label of time needs beside the next one. */
const TIME_LABEL_PX = 78
/** Pixels between two labels of a value. */
const VALUE_LABEL_PX = 28
/** Pixels of the axes: a label of time below, a value with its unit on the left. */
const TIME_AXIS_PX = 26
const VALUE_AXIS_PX = 58
/** The top of the scale when all values are below it, so that nothing is not drawn as something. */
const TOP_MIN = 4
/** Air above the highest value. */
const HEADROOM = 1.1

/** What is drawn, as uPlot takes it: seconds, then the values of each line. */
export function dataOf({ times, series }: Pick<ChartProps, 'times' | 'series'>): uPlot.AlignedData {
  return [times.map((atMs) => atMs / 1_000), ...series.map(({ values }) => [...values])]
}

/** How it is drawn. `latest` is asked at drawing time, so that new words need no new chart. */
export function optionsOf(
  holder: HTMLElement,
  height: number,
  latest: () => ChartProps,
  onHover: (index: number | undefined) => void,
): uPlot.Options {
  const line = colourOf(holder, 'text-line')
  const stroke = colourOf(holder, 'text-muted')
  const font = `11px ${getComputedStyle(holder).fontFamily}`
  const axis = { stroke, font, grid: { stroke: line, width: 1 }, ticks: { show: false } }
  return {
    width: holder.clientWidth,
    height,
    padding: [8, 28, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: { y: { range: (_, _min, max) => [0, Math.max(TOP_MIN, (max ?? 0) * HEADROOM)] } },
    hooks: { setCursor: [({ cursor }) => onHover(cursor.idx ?? undefined)] },
    axes: [
      {
        ...axis,
        size: TIME_AXIS_PX,
        gap: 6,
        space: TIME_LABEL_PX,
        incrs: TIME_STEPS,
        grid: { show: false },
        values: (_, splits) => splits.map((second) => latest().formatTime(second * 1_000)),
      },
      {
        ...axis,
        size: VALUE_AXIS_PX,
        space: VALUE_LABEL_PX,
        values: (_, splits) => splits.map((value) => latest().format(value)),
      },
    ],
    series: [
      {},
      ...latest().series.map(({ label }, index) => ({
        label,
        stroke: colourOf(holder, lineLook(index).colour),
        width: 1.75,
        dash: [...lineLook(index).dash],
        points: {
          size: 4,
          // A value without neighbours has no line: it would not be seen at all.
          filter: (chart: uPlot, of: number, areShown: boolean) =>
            areShown ? null : lonely(chart.data[of] ?? []),
        },
      })),
    ],
  }
}
