/** A table: its header, and rows of as many cells. */
export type Table = {
  readonly title: string
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The table for a terminal: columns aligned, the first to the left, the others to the right. */
export function plainTable({ title, header, rows }: Table): string {
  const widths = header.map((_, column) =>
    Math.max(...[header, ...rows].map((row) => (row[column] ?? '').length)),
  )
  const line = (row: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? ''
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  return [title, '', line(header), rule, ...rows.map(line)].join('\n')
}

/** The table in Markdown, under a heading of the second level. */
export function markdownTable({ title, header, rows }: Table): string {
  const line = (row: readonly string[]): string =>
    `| ${header.map((_, column) => escapeCell(row[column] ?? '')).join(' | ')} |`
  const rule = `|${header.map((_, column) => (column === 0 ? ' --- ' : ' ---: ')).join('|')}|`
  return [`## ${title}`, '', line(header), rule, ...rows.map(line)].join('\n')
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', String.raw`\|`)
}
