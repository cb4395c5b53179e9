import { describe, expect, test } from 'vitest'
import { Problem } from '@mcp-orchestra/kernel'
import { parseConfig, type Environment } from './config.ts'

function refusalOf(env: Environment): Problem {
  try {
    parseConfig(env)
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('the configuration', () => {
  test('of an empty environment is the documented one', () => {
    const config = parseConfig({})
    expect(config).toMatchObject({ host: '127.0.0.1', port: 7300, gatewayPort: 7301, demo: true })
    expect(config.dataDir).toMatch(/\/\.orchestra$/)
    expect(config.gateways).toBeGreaterThanOrEqual(1)
  })

  test('refuses an unknown ORCHESTRA_ variable and names the one that was meant', () => {
    const problem = refusalOf({ ORCHESTRA_PROT: '7400' })
    expect(problem.code).toBe('platform.unknown_variable')
    expect(problem.detail).toContain('did you mean ORCHESTRA_PORT?')
  })

  test('leaves the variables of the command line and other programs alone', () => {
    expect(() =>
      parseConfig({ ORCHESTRA_URL: 'http://x', ORCHESTRA_API_KEY: 'k', FOO: '1' }),
    ).not.toThrow()
  })

  test.each([
    ['ORCHESTRA_PORT', 'seven'],
    ['ORCHESTRA_PORT', '70000'],
    ['ORCHESTRA_GATEWAYS', '0'],
    ['ORCHESTRA_HOST', 'not an address'],
    ['ORCHESTRA_DEMO', 'maybe'],
    ['ORCHESTRA_LOG_LEVEL', 'loud'],
    ['ORCHESTRA_INTENT_ABOVE_USD', '1e3'],
    ['ORCHESTRA_MAX_STALE_MS', '1'],
  ])('refuses %s=%s in one sentence that names the variable', (name, value) => {
    const problem = refusalOf({ [name]: value })
    expect(problem.code).toBe('platform.invalid_variable')
    expect(problem.detail).toContain(name)
    expect(problem.detail).toContain(value)
  })

  test('refuses two equal ports', () => {
    expect(refusalOf({ ORCHESTRA_PORT: '7301' }).detail).toContain('must differ')
  })

  test('never repeats a database URL, which holds a password', () => {
    const problem = refusalOf({ ORCHESTRA_DATABASE_URL: 'mysql://root:hunter2@x/y' })
    expect(problem.detail).not.toContain('hunter2')
  })

  test('takes DATABASE_URL when ORCHESTRA_DATABASE_URL is absent', () => {
    expect(parseConfig({ DATABASE_URL: 'postgres://u@h/d' }).databaseUrl).toBe('postgres://u@h/d')
  })
})
