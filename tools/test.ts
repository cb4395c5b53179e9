/** `npm test [-- filter]`: every test, once. What tests need beyond npm is found or, where that is ours to do, installed. */
import { findTool, howToGet, type Tool } from './require-tool.ts'
import { run } from './run.ts'

const WANTED: readonly Tool[] = ['strace', 'postgres15']

for (const tool of WANTED) {
  if (findTool(tool) === undefined) process.stdout.write(`${howToGet(tool)}\n`)
}
const { code } = await run('vitest', ['run', ...process.argv.slice(2)], { show: true })
process.exit(code)
