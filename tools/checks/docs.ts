import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { ROOT } from '../run.ts'
import { listFiles, readText } from './sources.ts'

/** ADR numbers and states, links, module READMEs, lengths, and a page for each problem code. */
export function checkDocs(): readonly string[] {
  return [
    ...checkDecisions(),
    ...checkLinks(),
    ...checkReadmes(),
    ...checkLengths(),
    ...checkProblems(),
  ]
}

function checkDecisions(): readonly string[] {
  const seen = new Map<string, string>()
  const complaints: string[] = []
  for (const path of listFiles('docs/decisions/*.md')) {
    const name = path.slice('docs/decisions/'.length)
    const number = /^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]
    if (number === undefined) {
      complaints.push(`${path}: a decision is named NNNN-some-words.md`)
      continue
    }
    if (seen.has(number)) complaints.push(`${path}: number taken by ${seen.get(number)}`)
    seen.set(number, name)
    if (!/^Status: (proposed|accepted|superseded by \d{4})$/m.test(readText(path))) {
      complaints.push(`${path}: needs a line "Status: proposed | accepted | superseded by NNNN"`)
    }
  }
  return complaints
}

function checkLinks(): readonly string[] {
  const complaints: string[] = []
  for (const path of listFiles('*.md')) {
    for (const [, target] of readText(path).matchAll(
      /\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g,
    )) {
      if (target === undefined) continue
      if (!existsSync(join(ROOT, normalize(join(dirname(path), target))))) {
        complaints.push(`${path}: dead link ${target}`)
      }
    }
  }
  return complaints
}

function checkReadmes(): readonly string[] {
  const { packages, modules } = readRules()
  return [
    ...packages.map((name) => `packages/${name}/README.md`),
    ...modules.map((name) => `packages/control-plane/src/modules/${name}/README.md`),
  ].flatMap((path) => (existsSync(join(ROOT, path)) ? [] : [`${path} is missing`]))
}

function checkLengths(): readonly string[] {
  const limits: readonly (readonly [string, number])[] = [
    ['AGENTS.md', 80],
    ['ARCHITECTURE.md', 150],
  ]
  return limits.flatMap(([path, max]) => {
    const lines = readText(path).trimEnd().split('\n').length
    return lines > max ? [`${path} has ${lines} lines, at most ${max} are read`] : []
  })
}

function checkProblems(): readonly string[] {
  const codes = new Set<string>()
  for (const path of listFiles('packages/*problems.ts')) {
    for (const [, code] of readText(path).matchAll(/^ {2}'?([a-z_]+(?:\.[a-z_]+)?)'?: \{/gm)) {
      if (code !== undefined) codes.add(code)
    }
  }
  const pages = new Set(
    listFiles('docs/problems/*.md').map((path) => path.slice('docs/problems/'.length, -3)),
  )
  return [
    ...[...codes]
      .filter((code) => !pages.has(code))
      .map((code) => `docs/problems/${code}.md is missing`),
    ...[...pages]
      .filter((page) => page !== 'README' && !codes.has(page))
      .map((page) => `docs/problems/${page}.md tells of a code that no table has`),
  ]
}

function readRules(): {
  readonly packages: readonly string[]
  readonly modules: readonly string[]
} {
  const text = readText('tools/import-rules.cjs')
  const names = (table: string): readonly string[] => {
    const body = new RegExp(`const ${table} = \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? ''
    return [...body.matchAll(/^ {2}'?([a-z-]+)'?:/gm)].flatMap(([, name]) => name ?? [])
  }
  return { packages: names('packages'), modules: names('modules') }
}
