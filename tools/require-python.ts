import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requireTool, type Skippable } from './require-tool.ts'

/** A package index that has not answered by then will not. */
const INSTALL_TIMEOUT_MS = 240_000

/**
 * A Python with these packages (exact versions) in an environment of its own, made once and kept in the machine's
 * temporary directory. Without it the test is skipped with a sentence, and fails where `CI` is set.
 */
export function requirePython(context: Skippable, packages: readonly string[]): string {
  const python = requireTool(context, 'python')
  const name = createHash('sha256').update(packages.join('\n')).digest('hex').slice(0, 16)
  const kept = join(tmpdir(), `mcp-orchestra-python-${name}`)
  const program = join(kept, 'bin', 'python3')
  if (existsSync(program)) return program
  const making = mkdtempSync(`${kept}-`)
  try {
    const quiet = { stdio: 'ignore', timeout: INSTALL_TIMEOUT_MS } as const
    execFileSync(python, ['-m', 'venv', making], quiet)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]
    execFileSync(join(making, 'bin', 'python3'), pip, quiet)
    // Two tests may make it at once: whoever comes second uses the other's.
    renameSync(making, kept)
  } catch (error) {
    rmSync(making, { recursive: true, force: true })
    if (!existsSync(program))
      giveUp(context, `${packages.join(', ')} could not be had: ${String(error)}`)
  }
  return program
}

function giveUp(context: Skippable, why: string): void {
  if (process.env['CI'] === 'true') throw new Error(why)
  context.skip(why)
}
