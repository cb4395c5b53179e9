import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseConfig } from './config.ts'
import { openDataDirectory, type DataDirectory } from './data/data-directory.ts'
import { controlPlaneSpec, gatewaySpec, type Surroundings } from './process-specs.ts'

const SLOT = { name: 'gateway-1', internalUrl: 'http://127.0.0.1:7301', internalPort: undefined }

let parent: string
let data: DataDirectory
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'orchestra-specs-'))
  data = openDataDirectory(join(parent, 'data'), process.pid)
})
afterEach(() => {
  data.close()
  rmSync(parent, { recursive: true, force: true })
})

function environmentsOf(env: Record<string, string>): Readonly<Record<string, string>>[] {
  const around: Surroundings = {
    config: parseConfig(env),
    data,
    endpoints: {
      controlPlaneUrl: 'http://127.0.0.1:7300',
      gatewayUrl: 'http://127.0.0.1:7301',
      slots: [SLOT],
    },
    env: { PATH: process.env['PATH'], SECRET_OF_A_SHELL: 's' },
  }
  const specs = [controlPlaneSpec(around, () => 'postgresql://db'), gatewaySpec(around, SLOT)]
  const environments = specs.map((spec) => spec.env())
  for (const spec of specs) spec.closeLog()
  return environments
}

test('both planes trust the console under both names of this machine, and who the operator names', () => {
  const own = 'http://127.0.0.1:7300,http://localhost:7300'
  for (const environment of environmentsOf({})) {
    expect(environment['ORCHESTRA_ALLOWED_ORIGINS']).toBe(own)
  }
  const named = { ORCHESTRA_ALLOWED_ORIGINS: 'https://console.example' }
  for (const environment of environmentsOf(named)) {
    expect(environment['ORCHESTRA_ALLOWED_ORIGINS']).toBe(`${own},https://console.example`)
  }
})

test('the control plane is told where the console lies only when somebody has said so', () => {
  const [plain] = environmentsOf({})
  expect(plain).not.toHaveProperty('ORCHESTRA_CONSOLE_DIR')
  const [told, gateway] = environmentsOf({ ORCHESTRA_CONSOLE_DIR: '/srv/console' })
  expect(told?.['ORCHESTRA_CONSOLE_DIR']).toBe('/srv/console')
  expect(gateway).not.toHaveProperty('ORCHESTRA_CONSOLE_DIR')
})

test('the older transport is off unless somebody has turned it on', () => {
  for (const [env, value] of [
    [{}, '0'],
    [{ ORCHESTRA_LEGACY_SSE: '1' }, '1'],
  ] as const) {
    const [, gateway] = environmentsOf(env)
    expect(gateway?.['ORCHESTRA_LEGACY_SSE']).toBe(value)
  }
})

test('no process sees the person’s own environment', () => {
  for (const environment of environmentsOf({})) {
    expect(environment).not.toHaveProperty('SECRET_OF_A_SHELL')
  }
})
