import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../run.ts'

/** Files that git tracks or would track, matching the patterns, relative to the root. */
export function listFiles(...patterns: readonly string[]): readonly string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '--', ...patterns],
    { cwd: ROOT, encoding: 'utf8' },
  )
  return [...new Set(listed.split('\0'))]
    .filter((path) => path !== '' && existsSync(join(ROOT, path)))
    .toSorted()
}

/** The text of a file of the repository. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** Whether a file is written by a tool and so has no style of its own. */
export function isGenerated(path: string): boolean {
  return path.includes('/generated/') || path === 'packages/api/openapi.json'
}

/** Whether a file is a test or belongs to tests only. */
export function isTest(path: string): boolean {
  return /\.(test|test-d|contract|testing)\.ts$|\/test\/|\/testing(\.ts$|\/)/.test(path)
}
