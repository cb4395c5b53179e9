import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const here = createRequire(import.meta.url)

/** Every source file that a browser would load with the SDK's door, ours and our packages'. */
function reachable(entry: string, found = new Set<string>(), withOnDemand = true): Set<string> {
  if (found.has(entry)) return found
  found.add(entry)
  const source = readFileSync(entry, 'utf8')
  const stated = source.matchAll(
    /^(import type|export type|import|export)\b[^'"]*?from '([^']+)'/gms,
  )
  const onDemand = source.matchAll(/\b(import)\('([^']+)'\)/g)
  for (const [, keyword, specifier] of [...stated, ...(withOnDemand ? onDemand : [])]) {
    if (specifier === undefined || keyword?.endsWith('type') === true) continue
    if (specifier.startsWith('.')) reachable(join(dirname(entry), specifier), found, withOnDemand)
    else if (specifier.startsWith('@mcp-orchestra/'))
      reachable(here.resolve(specifier), found, withOnDemand)
    else found.add(specifier)
  }
  return found
}

/** Names that Node has and browsers do not. */
const NODE_ONLY = /\b(process|Buffer|require|__dirname|__filename|setImmediate|global)\b[.([]/

test('the SDK loads in a browser: nothing that it reaches is a part of Node', () => {
  const files = [...reachable(join(import.meta.dirname, 'index.ts'))]
  expect(files.length).toBeGreaterThan(40)
  expect(files.filter((file) => file.startsWith('node:'))).toEqual([])
  // RFC 8785 for receipts, loaded on demand: one file that reaches nothing else.
  expect(files.filter((file) => !file.startsWith('/'))).toEqual(['canonicalize'])
  expect([...reachable(join(import.meta.dirname, 'orchestra.ts'), new Set(), false)]).not.toContain(
    'canonicalize',
  )
})

test('nothing that it reaches uses a global of Node', () => {
  const files = [...reachable(join(import.meta.dirname, 'index.ts'))].filter((file) =>
    file.startsWith('/'),
  )
  const users = files.filter((file) => NODE_ONLY.test(codeOf(readFileSync(file, 'utf8'))))
  expect(users).toEqual([])
})

test('a page that makes no call and watches none does not load what that needs', () => {
  const atOnce = [...reachable(join(import.meta.dirname, 'index.ts'), new Set(), false)]
  expect(atOnce.filter((file) => /\/sdk\/src\/(mcp|live)\//.test(file))).toEqual([])
})

function codeOf(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
}
