import { readText } from '../checks/sources.ts'
import rules from '../import-rules.cjs'
import { writeOrCompare } from './written.ts'

const START = '<!-- generated: imports -->'
const END = '<!-- /generated -->'

/** Draws the import table into ARCHITECTURE.md, so that the picture cannot drift from the rule. */
export function generateDiagram({ check }: { readonly check: boolean }): readonly string[] {
  const page = readText('ARCHITECTURE.md')
  const drawing = `${START}\n\`\`\`\n${draw(rules.packages)}\n\ninside control-plane/src/modules\n${draw(rules.modules)}\n\`\`\`\n${END}`
  const before = page.slice(0, page.indexOf(START))
  const after = page.slice(page.indexOf(END) + END.length)
  return writeOrCompare('ARCHITECTURE.md', `${before}${drawing}${after}`, check)
}

/** One line per row, those who import most at the top: arrows only point down. */
function draw(table: Readonly<Record<string, readonly string[]>>): string {
  const width = Math.max(...Object.keys(table).map((name) => name.length))
  return Object.keys(table)
    .toSorted((a, b) => depth(table, b) - depth(table, a) || a.localeCompare(b))
    .map((name) => `${name.padEnd(width)} ─► ${(table[name] ?? []).join(', ') || 'nobody'}`)
    .join('\n')
}

function depth(table: Readonly<Record<string, readonly string[]>>, name: string): number {
  return Math.max(0, ...(table[name] ?? []).map((below) => 1 + depth(table, below)))
}
