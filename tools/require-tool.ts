import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that tests want beyond npm: where they may live, and the Debian package that brings them. */
const TOOLS = {
  strace: { names: ['strace'], debian: ['strace'] },
  postgres15: { names: ['postgres'], debian: ['postgresql-15'] },
  nginx: { names: ['nginx'], debian: ['nginx-light'] },
  wrk: { names: ['wrk'], debian: ['wrk'] },
  python: { names: ['python3'], debian: ['python3', 'python3-venv'] },
  chromium: { names: ['chromium', 'chromium-browser'], debian: ['chromium'] },
} as const

/** A program that some tests need. */
export type Tool = keyof typeof TOOLS

/** The path of a tool, installed first where that is ours to do (root on Debian); else undefined. */
export function findTool(tool: Tool): string | undefined {
  const found = locate(tool)
  if (found !== undefined) return found
  if (!isRootOnDebian()) return undefined
  install(TOOLS[tool].debian)
  return locate(tool)
}

/** The one sentence a person needs when a tool is missing. */
export function howToGet(tool: Tool): string {
  return `${tool} was not found: install the package ${TOOLS[tool].debian.join(' ')} and run again.`
}

function locate(tool: Tool): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  if (tool === 'postgres15') folders.unshift('/usr/lib/postgresql/15/bin')
  // Where Debian puts servers, which is not in everybody's PATH.
  if (tool === 'nginx') folders.push('/usr/sbin')
  for (const name of TOOLS[tool].names) {
    const folder = folders.find((path) => existsSync(join(path, name)))
    if (folder !== undefined) return join(folder, name)
  }
  return undefined
}

function isRootOnDebian(): boolean {
  return (
    process.getuid?.() === 0 &&
    existsSync('/etc/debian_version') &&
    existsSync('/usr/bin/apt-get') &&
    readFileSync('/etc/debian_version', 'utf8').length > 0
  )
}

function install(packages: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const quiet = { stdio: 'ignore', env, timeout: INSTALL_TIMEOUT_MS } as const
  try {
    const lists = '/var/lib/apt/lists'
    if (!existsSync(lists) || readdirSync(lists).length < 3) {
      execFileSync('apt-get', ['update'], quiet)
    }
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...packages], quiet)
  } catch (error) {
    process.stderr.write(`could not install ${packages.join(' ')}: ${String(error)}\n`)
  }
}

/** A package mirror that has not answered by then will not. */
const INSTALL_TIMEOUT_MS = 300_000

/** What of a test's context is needed to skip it. */
export type Skippable = { skip(note: string): void }

/**
 * The path of a tool for one test. Without it the test is skipped with the sentence that helps, and
 * fails where `CI` is set: a check that CI does not run is no check.
 */
export function requireTool(context: Skippable, tool: Tool): string {
  const path = findTool(tool)
  if (path !== undefined) return path
  if (process.env['CI'] === 'true') throw new Error(howToGet(tool))
  context.skip(howToGet(tool))
  return ''
}
