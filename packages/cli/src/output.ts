import type { Style } from './style.ts'

/** Where a command writes: for people, or one JSON document a line for programs. */
export type Output = {
  readonly style: Style
  /** Whether `--json` was given. */
  readonly isJson: boolean
  /** Text as it is, without a line's end. */
  write(text: string): void
  line(text: string): void
  /** The result itself: JSON as it is, or what `human` makes of it. */
  result<T>(value: T, human: (value: T) => void): void
  table(columns: readonly string[], rows: readonly (readonly string[])[]): void
  complain(text: string): void
}

/** Makes the output of one run. */
export function createOutput(deps: {
  write: (text: string) => void
  writeError: (text: string) => void
  style: Style
  isJson: boolean
}): Output {
  const line = (text: string): void => deps.write(`${text}\n`)
  return {
    style: deps.style,
    isJson: deps.isJson,
    write: deps.write,
    line,
    result(value, human) {
      if (deps.isJson) line(JSON.stringify(value, null, 2))
      else human(value)
    },
    table(columns, rows) {
      for (const text of tableLines(columns, rows, deps.style)) line(text)
    },
    complain: (text) => deps.writeError(`${text}\n`),
  }
}

/** An amount or a count: such columns stand right-aligned. */
const NUMBER = /^-?\d[\d.]*( [A-Za-z]{1,5})?$/

/** A table as lines: columns as wide as their widest cell, two spaces between, numbers to the right. */
export function tableLines(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
): string[] {
  const widths = columns.map((title, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0)),
  )
  const areNumbers = columns.map((_, index) =>
    rows.every((row) => NUMBER.test(row[index] ?? '') || row[index] === 'free'),
  )
  const align = (cell: string, index: number): string =>
    areNumbers[index] === true ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)
  const format = (cells: readonly string[]): string => cells.map(align).join('  ').trimEnd()
  return [style.dim(format(columns)), ...rows.map(format)]
}
