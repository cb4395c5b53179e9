import { listFiles, readText } from './sources.ts'

/** What must never land: machine paths, registries' hosts, resolved addresses, secrets of ours. */
const FORBIDDEN: readonly (readonly [string, RegExp])[] = [
  ['a path of one machine', /(^|[\s'"`(=])\/(work|root|home\/[a-z]+)\/[\w.-]/m],
  [
    'a package registry',
    /\bregistry\.npmjs|\b(deb|security)\.debian\.org|\bpypi\.org|"resolved": "http/,
  ],
  ['a secret key', /\bmcpo_(live|test)_(?!0{43})[0-9A-Za-z]{49}\b/],
  ['an unfinished mark', /\b(FIXME|XXX|HACK)\b|\bTODO(?!\(#\d+\))/],
]

/** Complaints about words and paths that have no place in the project. */
export function checkWords(): readonly string[] {
  const complaints: string[] = []
  for (const path of listFiles('*')) {
    if (path === 'tools/checks/words.ts' || path.endsWith('.png') || path === 'LICENSE') continue
    const text = readText(path)
    for (const [what, pattern] of FORBIDDEN) {
      const found = pattern.exec(text)
      if (found !== null) complaints.push(`${path}: ${what}: ${found[0].trim()}`)
    }
  }
  return complaints
}
