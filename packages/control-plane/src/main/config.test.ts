import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig, VARIABLES } from './config.ts'
import { readEnv } from './read-env.ts'

const ORCHESTRA_DATABASE_URL = 'postgresql://user@localhost/orchestra'

test('the defaults are one machine, closed to others', () => {
  expect(parseConfig({ ORCHESTRA_DATABASE_URL })).toMatchObject({
    host: '127.0.0.1',
    port: 7300,
    gatewayUrl: 'http://127.0.0.1:7301',
    slots: [{ name: 'gateway-1', internalUrl: 'http://127.0.0.1:7301' }],
    allowedOrigins: [],
    intentAbove: 10n ** 18n,
    maxStaleMs: 60_000,
    riseNoticeMs: 14 * 86_400_000,
    demo: false,
  })
})

test('slots are named by the supervisor, or counted', () => {
  const named = parseConfig({
    ORCHESTRA_DATABASE_URL,
    ORCHESTRA_GATEWAY_SLOTS: 'gateway-1=http://127.0.0.1:81,gateway-2=http://127.0.0.1:82',
  })
  expect(named.slots).toEqual([
    { name: 'gateway-1', internalUrl: 'http://127.0.0.1:81' },
    { name: 'gateway-2', internalUrl: 'http://127.0.0.1:82' },
  ])
  const counted = parseConfig({ ORCHESTRA_DATABASE_URL, ORCHESTRA_GATEWAYS: '2' })
  expect(counted.slots.map(({ internalUrl }) => internalUrl)).toEqual([
    'http://127.0.0.1:7301',
    'http://127.0.0.1:7302',
  ])
})

test('DATABASE_URL is taken when ours is absent, and the configuration cannot be changed', () => {
  const config = parseConfig({ DATABASE_URL: 'postgres://elsewhere/db' })
  expect(config.databaseUrl).toBe('postgres://elsewhere/db')
  expect(Object.isFrozen(config)).toBe(true)
})

describe('what cannot be used is refused in one sentence that names it', () => {
  test.each([
    ['ORCHESTRA_PORT', '70000'],
    ['ORCHESTRA_DATABASE_URL', 'mysql://localhost/db'],
    ['ORCHESTRA_GATEWAY_SLOTS', 'gateway 1'],
    ['ORCHESTRA_ALLOWED_ORIGINS', 'everyone'],
    ['ORCHESTRA_INTENT_ABOVE_USD', '-1'],
    ['ORCHESTRA_PAYOUT_APPROVAL_ABOVE_USD', 'all'],
    ['ORCHESTRA_MAX_STALE_MS', 'long'],
    ['ORCHESTRA_PRICE_RISE_NOTICE_DAYS', '-1'],
    ['ORCHESTRA_PRICE_RISE_NOTICE_DAYS', '1.5'],
    ['ORCHESTRA_LOG_LEVEL', 'loud'],
  ])('%s=%s', (name, value) => {
    const parse = () => parseConfig({ ORCHESTRA_DATABASE_URL, [name]: value })
    expect(parse).toThrow(ConfigError)
    expect(parse).toThrow(name)
  })

  test('no database', () => {
    expect(() => parseConfig({})).toThrow(/ORCHESTRA_DATABASE_URL is missing/)
  })

  test('an unknown variable of ours; strangers are let be', () => {
    expect(() => readEnv({ ORCHESTRA_PROT: '1' })).toThrow(/ORCHESTRA_PROT/)
    expect(readEnv({ HOME: '/home/x', ORCHESTRA_PORT: '1' }).ORCHESTRA_PORT).toBe('1')
    expect(new Set(VARIABLES).size).toBe(VARIABLES.length)
  })
})
