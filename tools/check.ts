/**
 * `npm run check [-- --fix] [--static]`: everything that needs no process, socket or browser, in a
 * minute or little more. CI runs it with `--static` and the tests by `npm test`.
 */
import { checkCatalogs } from './checks/catalogs.ts'
import { checkDocs } from './checks/docs.ts'
import { checkGraph } from './checks/graph.ts'
import { checkSizes } from './checks/sizes.ts'
import { checkWords } from './checks/words.ts'
import { generate } from './generate.ts'
import { run, type Finished } from './run.ts'

const arguments_ = process.argv.slice(2)
const fix = arguments_.includes('--fix')
const staticOnly = arguments_.includes('--static')

type Step = { readonly name: string; readonly run: () => Promise<Finished> }

/** A step of our own: an empty list of complaints is a pass. */
function own(name: string, complaints: () => Promise<readonly string[]> | readonly string[]): Step {
  return {
    name,
    run: async () => {
      const startedAt = performance.now()
      const found = await complaints()
      const seconds = (performance.now() - startedAt) / 1000
      return { code: found.length === 0 ? 0 : 1, output: found.join('\n'), seconds }
    },
  }
}

const tsc = 'node_modules/@typescript/native/bin/tsc'
const steps: readonly Step[] = [
  { name: 'format', run: () => run('oxfmt', fix ? ['.'] : ['--check', '.']) },
  { name: 'lint', run: () => run('oxlint', ['--type-aware', ...(fix ? ['--fix'] : []), '.']) },
  { name: 'types', run: () => run('node', [tsc, '-p', '.']) },
  { name: 'types of the doors', run: () => run('node', [tsc, '-p', 'packages/kernel']) },
  { name: 'types of the doors', run: () => run('node', [tsc, '-p', 'packages/sdk']) },
  { name: 'types of the console', run: () => run('node', [tsc, '-p', 'packages/console']) },
  own('graph', checkGraph),
  { name: 'unused', run: () => run('knip', []) },
  { name: 'versions', run: () => run('sherif', ['-r', 'root-package-manager-field']) },
  { name: 'copies', run: () => run('jscpd', ['packages']) },
  own('sizes', checkSizes),
  own('docs', checkDocs),
  own('catalogs', () => checkCatalogs(fix)),
  own('words', checkWords),
  own('generated', () => generate({ check: !fix })),
  ...(staticOnly
    ? []
    : [{ name: 'unit tests', run: () => run('vitest', ['run', '--project', 'unit']) }]),
]

/** Two cores: two steps at a time. */
const STEPS_AT_ONCE = 2
const queue = [...steps]
const startedAt = performance.now()
let failed = 0

async function work(): Promise<void> {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const result = await step.run()
    const mark = result.code === 0 ? '✓' : '✗'
    process.stdout.write(`${mark} ${step.name} ${result.seconds.toFixed(1)} s\n`)
    if (result.code !== 0) {
      failed += 1
      process.stdout.write(`${result.output.trimEnd()}\n`)
    }
  }
}

await Promise.all(Array.from({ length: STEPS_AT_ONCE }, work))
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
process.stdout.write(
  failed === 0
    ? `\nchecked in ${seconds} s\n`
    : `\n${failed} of ${steps.length} checks failed in ${seconds} s\n`,
)
process.exit(failed === 0 ? 0 : 1)
