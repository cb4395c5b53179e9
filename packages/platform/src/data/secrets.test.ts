import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isWellFormedApiKey } from '@mcp-orchestra/api/api-key'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureSecrets } from './secrets.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orchestra-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('secrets', () => {
  test('are made once, stay what they are, and only their owner can read them', () => {
    const first = ensureSecrets(folder, 2)
    expect(isWellFormedApiKey(first.operatorKey)).toBe(true)
    const contents = (): string[] =>
      readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
    const before = contents()
    expect(new Set(before).size).toBe(before.length)
    expect(ensureSecrets(folder, 2)).toEqual(first)
    expect(contents()).toEqual(before)
    for (const name of readdirSync(folder)) {
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    }
  })

  test('grow with the number of gateways', () => {
    ensureSecrets(folder, 1)
    ensureSecrets(folder, 3)
    expect(readdirSync(folder).filter((name) => name.startsWith('gateway-'))).toHaveLength(3)
  })

  test('that are damaged stop the start and are never replaced in silence', () => {
    ensureSecrets(folder, 1)
    writeFileSync(join(folder, 'operator-key'), 'mcpo_live_short\n')
    expect(() => ensureSecrets(folder, 1)).toThrow(/operator-key is damaged/)
    expect(readFileSync(join(folder, 'operator-key'), 'utf8')).toBe('mcpo_live_short\n')
  })

  test('that others could read are closed again', () => {
    ensureSecrets(folder, 1)
    chmodSync(join(folder, 'auth'), 0o644)
    ensureSecrets(folder, 1)
    expect(statSync(join(folder, 'auth')).mode & 0o777).toBe(0o600)
  })
})
