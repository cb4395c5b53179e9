/** `npm test [-- filter]`: every test, once. What tests need beyond npm is found or, where that is ours to do, installed. */
import { findTool, howToGet, type Tool } from './require-tool.ts'
import { run } from './run.ts'

const WANTED: readonly Tool[] = ['strace', 'postgres15', 'chromium']

for (const tool of WANTED) {
  if (findTool(tool) === undefined) process.stdout.write(`${howToGet(tool)}\n`)
}
// The browser tests look at what the control plane serves: the console as it is now.
const built = await run('npm', ['run', '-s', 'build'])
if (built.code !== 0) {
  process.stdout.write(`${built.output}\n0 passed, 1 failed\n`)
  process.exit(1)
}
const { code } = await run('vitest', ['run', ...process.argv.slice(2)], { show: true })
process.exit(code)
