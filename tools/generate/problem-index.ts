import { listFiles, readText } from '../checks/sources.ts'
import { writeOrCompare } from './written.ts'

/** A row of some module's problem table, as its source says it. */
type Row = { readonly code: string; readonly status: string; readonly title: string }

/** docs/problems/README.md: every code with its status and sentence, linked to its page. */
export function generateProblemIndex({ check }: { readonly check: boolean }): readonly string[] {
  const rows = readProblemRows()
  const lines = rows.map(
    ({ code, status, title }) => `| [\`${code}\`](${code}.md) | ${status} | ${title} |`,
  )
  const text = [
    '# Problem codes',
    '',
    'Every refusal carries one of these codes, in `application/problem+json` (RFC 9457) or in the `data` of a JSON-RPC error.',
    '',
    '| code | status | what it says |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n')
  return writeOrCompare('docs/problems/README.md', text, check)
}

/** The rows of all `problems.ts` tables, by code. */
export function readProblemRows(): readonly Row[] {
  const pattern = /^ {2}'?([a-z_]+(?:\.[a-z_]+)?)'?: \{([\s\S]*?)^ {2}\},/gm
  return listFiles('packages/*problems.ts')
    .flatMap((path) => [...readText(path).matchAll(pattern)])
    .map(([, code = '', body = '']) => ({
      code,
      status: /status: (\d{3})/.exec(body)?.[1] ?? '',
      title: (/title:\s*(['"`])([\s\S]*?)\1,/.exec(body)?.[2] ?? '').replaceAll(/\s+/g, ' '),
    }))
    .toSorted((a, b) => a.code.localeCompare(b.code))
}
