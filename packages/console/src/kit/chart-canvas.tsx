import { useEffect, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useThemeVersion } from '../session/theme.ts'
import { dataOf, optionsOf } from './chart-options.ts'
import type { ChartProps } from './chart-props.ts'

/** The canvas of a chart; apart, so that uPlot loads only where a chart is. */
export default function ChartCanvas(
  props: ChartProps & { height: number; onHover: (index: number | undefined) => void },
) {
  const { height, times, series, onHover, onPoint } = props
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(null)
  const latest = useRef<ChartProps>(props)
  const theme = useThemeVersion()
  useEffect(() => {
    latest.current = props
  })
  const lines = series.map(({ label }) => label).join('\n')
  useEffect(() => {
    const element = holder.current
    // Colours and the names of lines belong to the drawing: others need a new one.
    if (element === null || theme < 0 || lines === '') return undefined
    const made = new uPlot(
      optionsOf(element, height, () => latest.current, onHover),
      dataOf(latest.current),
      element,
    )
    plot.current = made
    made.over.addEventListener('click', () => {
      const index = made.cursor.idx
      if (typeof index === 'number') latest.current.onPoint?.(index)
    })
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      made.destroy()
      plot.current = null
    }
  }, [theme, lines, height, onHover])
  useEffect(() => {
    plot.current?.setData(dataOf({ times, series }))
  }, [times, series])
  return (
    <div
      ref={holder}
      className={onPoint === undefined ? 'size-full' : 'size-full [&_.u-over]:cursor-pointer'}
    />
  )
}
