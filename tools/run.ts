import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** The repository's root. */
export const ROOT = join(import.meta.dirname, '..')

/** What a finished command left behind. */
export type Finished = { readonly code: number; readonly output: string; readonly seconds: number }

/** Environment in which `node` is the project's own Node 24, whatever the host has. */
export function projectEnvironment(): NodeJS.ProcessEnv {
  const bin = join(ROOT, 'node_modules', '.bin')
  return { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` }
}

/** Runs a command in the root and gathers its output; `show` passes the output through instead. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly show?: boolean } = {},
): Promise<Finished> {
  const startedAt = performance.now()
  const child = spawn(command, args, {
    cwd: ROOT,
    env: projectEnvironment(),
    stdio: options.show === true ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const code = await new Promise<number>((resolve) => {
    child.once('error', (error) => {
      output += error.message
      resolve(127)
    })
    child.once('close', (exit) => resolve(exit ?? 1))
  })
  return { code, output, seconds: (performance.now() - startedAt) / 1000 }
}
