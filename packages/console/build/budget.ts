import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** The most script that every page loads, in KB of gzip (1 KB = 1000 bytes); React, Router and Query are 110 of it. */
const SHELL_KB = 130
/** The most styles that every page loads, in KB of gzip: one file, so that no order of loading changes the looks. */
const STYLES_KB = 12
/** The most that one language may weigh, in KB of gzip: one is loaded beside the shell. */
const LANGUAGE_KB = 30
/** The most that entering one screen may load beyond the shell, in KB of gzip. */
const ROUTE_KB = 60

/** The parts of Rolldown's output that are looked at. */
type Chunk = {
  readonly type: 'chunk'
  readonly fileName: string
  readonly code: string
  readonly isEntry: boolean
  readonly facadeModuleId: string | null
  readonly imports: readonly string[]
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> }
}
type Asset = {
  readonly type: 'asset'
  readonly fileName: string
  readonly source: string | Uint8Array
}
type Bundle = Readonly<Record<string, Chunk | Asset>>

/** One line of the table. */
export type BudgetLine = {
  readonly name: string
  readonly bytes: number
  readonly limitBytes: number
}

/** Fails the build when the shell or a screen is heavier than its budget, and prints what each weighs. */
export function budget(): Plugin {
  return {
    name: 'orchestra-budget',
    apply: 'build',
    writeBundle(_, bundle) {
      const lines = weigh(bundle)
      this.info(`budget (gzip)\n${lines.map(lineText).join('\n')}`)
      const heavy = lines.filter(({ bytes, limitBytes }) => bytes > limitBytes)
      if (heavy.length > 0) this.error(`over budget: ${heavy.map(({ name }) => name).join(', ')}`)
    },
  }
}

/** Weighs the entry with all that it imports, the largest language, then every screen with what it imports beyond that. */
export function weigh(bundle: Bundle): BudgetLine[] {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
  const entry = chunks.find(({ isEntry }) => isEntry)
  if (entry === undefined) throw new Error('the build has no entry')
  const shell = filesOf(bundle, entry)
  const styles = [...shell].filter((name) => name.endsWith('.css'))
  const script = [...shell].filter((name) => !name.endsWith('.css'))
  const languages = chunks
    .filter(({ facadeModuleId: id }) => id?.endsWith('.po') === true)
    .map(size)
  const screens = chunks
    .filter(({ facadeModuleId }) => /\/screens\/.*screen\.tsx$/.test(facadeModuleId ?? ''))
    .map((chunk) => ({
      name: chunk.facadeModuleId?.replace(/^.*\/screens\//, '') ?? '',
      bytes: sum(
        bundle,
        [...filesOf(bundle, chunk)].filter((file) => !shell.has(file)),
      ),
      limitBytes: ROUTE_KB * 1_000,
    }))
    .sort((a, b) => a.name.localeCompare(b.name))
  if (screens.length === 0) throw new Error('the build has no screens')
  return [
    { name: 'shell, script', bytes: sum(bundle, script), limitBytes: SHELL_KB * 1_000 },
    { name: 'shell, styles', bytes: sum(bundle, styles), limitBytes: STYLES_KB * 1_000 },
    { name: 'largest language', bytes: Math.max(0, ...languages), limitBytes: LANGUAGE_KB * 1_000 },
    ...screens,
  ]
}

/** Everything that a chunk loads at once: itself, its static imports, their styles. */
function filesOf(bundle: Bundle, chunk: Chunk, found = new Set<string>()): Set<string> {
  if (found.has(chunk.fileName)) return found
  found.add(chunk.fileName)
  for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css)
  for (const name of chunk.imports) {
    const next = bundle[name]
    if (next?.type === 'chunk') filesOf(bundle, next, found)
  }
  return found
}

function sum(bundle: Bundle, files: Iterable<string>): number {
  let bytes = 0
  for (const name of files) {
    const file = bundle[name]
    if (file !== undefined) bytes += size(file)
  }
  return bytes
}

function size(file: Chunk | Asset): number {
  return gzipSync(file.type === 'chunk' ? file.code : file.source).length
}

function lineText({ name, bytes, limitBytes }: BudgetLine): string {
  const kb = (value: number) => (value / 1_000).toFixed(1)
  return `  ${name.padEnd(36)} ${kb(bytes).padStart(6)} KB of ${kb(limitBytes)}${bytes > limitBytes ? '  TOO MUCH' : ''}`
}
