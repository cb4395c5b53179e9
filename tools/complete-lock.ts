/**
 * `node tools/complete-lock.ts`, after `npm install`: npm leaves optional packages of other platforms out of
 * the lock file when a registry does not serve them, and `npm ci` then refuses the lock as incomplete. This
 * adds them by name, version and platform; they are never fetched where they do not fit.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './run.ts'

type Entry = {
  readonly version?: string
  readonly dev?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Lock = { readonly packages: Record<string, Entry & Record<string, unknown>> }

const OPERATING_SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32', 'wasi']
const PROCESSORS: Readonly<Record<string, string>> = {
  'arm-eabi': 'arm',
  'arm-gnueabihf': 'arm',
  'arm-musleabihf': 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  loong64: 'loong64',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
  arm: 'arm',
}

const path = join(ROOT, 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock
const added: string[] = []

for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${parent}/node_modules/${name}`
    const hoisted = `node_modules/${name}`
    const os = OPERATING_SYSTEMS.find((system) => name.includes(system))
    const cpu = Object.keys(PROCESSORS).find((processor) => name.includes(processor))
    if (nested in lock.packages || hoisted in lock.packages) continue
    if (os === undefined || cpu === undefined || !/^\d/.test(version)) continue
    lock.packages[hoisted] = {
      version,
      cpu: [PROCESSORS[cpu] ?? cpu],
      ...(entry.dev === true ? { dev: true } : {}),
      optional: true,
      os: [os],
    }
    added.push(`${name}@${version}`)
  }
}

if (added.length > 0) {
  const root = lock.packages['']
  delete lock.packages['']
  const sorted = Object.fromEntries(
    Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
  const packages = { '': root, ...sorted }
  writeFileSync(path, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)
}
process.stdout.write(
  `${added.length} optional packages of other platforms added to the lock file\n`,
)
