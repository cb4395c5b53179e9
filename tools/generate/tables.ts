import {
  CHART,
  NAME_PARTS,
  type AccountClass,
} from '../../packages/control-plane/src/modules/ledger/chart.ts'
import { OUTCOME_TABLE } from '../../packages/gateway/src/charge/outcome-table.ts'
import { VARIABLES } from '../../packages/platform/src/config.ts'
import { readText } from '../checks/sources.ts'
import { writeOrCompare } from './written.ts'

const END = '<!-- /generated -->'

/** Tables in the guides that are drawn from the code they describe. */
export function generateTables({ check }: { readonly check: boolean }): readonly string[] {
  const settings = Object.entries(VARIABLES).map(([name, text]) => `| \`${name}\` | ${text} |`)
  const outcomes = Object.entries(OUTCOME_TABLE).map(([outcome, { verdict, meaning }]) => {
    const [call, tokens] = [verdict.per_call, verdict.per_token].map((one) => one.replace('_', ' '))
    return `| \`${outcome}\` | ${meaning} | ${call} | ${tokens} |`
  })
  const accounts = Object.entries<AccountClass>(CHART).map(([form, account]) => {
    const { purpose, normal, limited, shards } = account
    const limit = limited ? 'never on the other side' : 'none'
    return `| \`${form}\` | ${purpose} | ${normal}s | ${limit} | ${shards} |`
  })
  const parts = Object.entries(NAME_PARTS).map(([part, words]) => `| \`<${part}>\` | ${words} |`)
  const chart = 'docs/guides/chart-of-accounts.md'
  return [
    ...fill(
      chart,
      'accounts',
      ['| account | what for | grows by | limit | rows |', '|---|---|---|---|---|', ...accounts],
      check,
    ),
    ...fill(chart, 'account-parts', ['| part | what it is |', '|---|---|', ...parts], check),
    ...fill(
      'docs/guides/running.md',
      'settings',
      ['| variable | what it sets |', '|---|---|', ...settings],
      check,
    ),
    ...fill(
      'docs/guides/who-pays-for-what.md',
      'outcomes',
      [
        '| outcome | what happened | a priced call is | a call priced by tokens is |',
        '|---|---|---|---|',
        ...outcomes,
      ],
      check,
    ),
  ]
}

function fill(
  path: string,
  mark: string,
  lines: readonly string[],
  check: boolean,
): readonly string[] {
  const start = `<!-- generated: ${mark} -->`
  const page = readText(path)
  const before = page.slice(0, page.indexOf(start) + start.length)
  const after = page.slice(page.indexOf(END, before.length))
  return writeOrCompare(path, `${before}\n${lines.join('\n')}\n${after}`, check)
}
