import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const here = createRequire(import.meta.url)

/** Every source file that a browser would load with the SDK's door, ours and our packages'. */
function reachable(entry: string, found = new Set<string>()): Set<string> {
  if (found.has(entry)) return found
  found.add(entry)
  const source = readFileSync(entry, 'utf8')
  for (const [, keyword, specifier] of source.matchAll(
    /^(import type|export type|import|export)\b[^'"]*?from '([^']+)'/gms,
  )) {
    if (specifier === undefined || keyword?.endsWith('type') === true) continue
    if (specifier.startsWith('.')) reachable(join(dirname(entry), specifier), found)
    else if (specifier.startsWith('@mcp-orchestra/')) reachable(here.resolve(specifier), found)
    else found.add(specifier)
  }
  return found
}

test('the SDK loads in a browser: nothing that it reaches is a part of Node', () => {
  const files = [...reachable(join(import.meta.dirname, 'index.ts'))]
  expect(files.length).toBeGreaterThan(20)
  expect(files.filter((file) => file.startsWith('node:'))).toEqual([])
  expect(files.filter((file) => !file.startsWith('/'))).toEqual(['openapi-fetch'])
})
