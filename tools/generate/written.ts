import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../run.ts'

/** Writes a text, or with `check` only compares: the path comes back when it was not up to date. */
export function writeOrCompare(path: string, text: string, check: boolean): readonly string[] {
  const file = join(ROOT, path)
  const current = existsSync(file) ? readFileSync(file, 'utf8') : ''
  if (current === text) return []
  if (check) return [path]
  writeFileSync(file, text)
  return []
}
