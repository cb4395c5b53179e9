import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const CONSOLE = fileURLToPath(new URL('../../../console', import.meta.url))
/** A build takes seconds; one that has not ended by then hangs. In milliseconds. */
const BUILD_TIMEOUT_MS = 110_000

/** A console built from the code as it is, in a folder of its own; `remove` deletes it. */
export async function buildConsole(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestra-console-'))
  const manifest = createRequire(join(CONSOLE, 'package.json')).resolve('vite/package.json')
  const vite = join(dirname(manifest), 'bin', 'vite.js')
  const build = [vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'warn']
  // Test runners say NODE_ENV=test, with which React builds its development version.
  const env = { ...process.env, NODE_ENV: 'production' }
  const options = { cwd: CONSOLE, timeout: BUILD_TIMEOUT_MS, env }
  await promisify(execFile)(process.execPath, build, options)
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
