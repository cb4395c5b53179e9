import { run } from '../run.ts'
import { listFiles } from './sources.ts'

/**
 * The import rules as errors. A reader that silently reads nothing would pass every rule (it happens
 * with TypeScript 7), so the number of modules read is asserted too.
 */
export async function checkGraph(): Promise<readonly string[]> {
  const sources = listFiles('packages/*/src/**/*.ts', 'packages/*/src/*.ts')
  const { output } = await run('depcruise', ['--output-type', 'json', 'packages'])
  const start = output.indexOf('{')
  if (start < 0) return [output]
  const { modules, summary } = JSON.parse(output.slice(start)) as Cruise
  const read = new Set(modules.map((module) => module.source))
  const unread = sources.filter((path) => !read.has(path))
  return [
    ...unread.map((path) => `not read by the graph check: ${path}`),
    ...summary.violations.map(({ from, to, rule }) => `${from} → ${to}: ${rule.name}`),
  ]
}

type Cruise = {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
    }[]
  }
}
