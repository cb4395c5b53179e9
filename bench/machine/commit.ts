import { execFileSync } from 'node:child_process'

/** The commit of this checkout, with a note when files differ from it; `unknown` without git. */
export function describeCommit(): string {
  try {
    const run = (...args: string[]): string =>
      execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
    const isChanged = run('status', '--porcelain', '--untracked-files=no') !== ''
    return `${run('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}
