import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

const NEEDED = { ORCHESTRA_GATEWAY_SECRET_FILE: '/s', ORCHESTRA_JOURNAL_DIR: '/j' }

const detailOf = (env: Record<string, string>): string | undefined => {
  try {
    parseConfig(env)
    return 'accepted'
  } catch (failure) {
    return failure instanceof Error ? failure.message : undefined
  }
}

test('what is not set has its default, and the result cannot be changed', () => {
  const config = parseConfig(NEEDED)
  expect(config).toMatchObject({
    name: 'gateway-1',
    host: '127.0.0.1',
    port: 7301,
    allowedOrigins: [],
    legacySse: false,
    supervised: false,
  })
  expect(Object.isFrozen(config)).toBe(true)
})

test('an unknown setting of ours is refused by name, a stranger is ignored', () => {
  expect(detailOf({ ...NEEDED, ORCHESTRA_PROT: '1' })).toBe('Unknown setting ORCHESTRA_PROT.')
  expect(detailOf({ ...NEEDED, EDITOR: 'vi', ORCHESTRA_DATA_DIR: '/d' })).toBe('accepted')
})

test('a value out of range is refused with the setting that has it', () => {
  expect(detailOf({ ...NEEDED, ORCHESTRA_GATEWAY_PORT: '70000' })).toMatch(
    /^ORCHESTRA_GATEWAY_PORT: /,
  )
  expect(detailOf({ ...NEEDED, ORCHESTRA_CONTROL_PLANE_URL: 'file:///x' })).toMatch(
    /^ORCHESTRA_CONTROL_PLANE_URL: /,
  )
  expect(detailOf({})).toMatch(/^ORCHESTRA_GATEWAY_SECRET_FILE: /)
})

test('the older transport is a switch that only 1 turns on', () => {
  expect(parseConfig({ ...NEEDED, ORCHESTRA_LEGACY_SSE: '1' }).legacySse).toBe(true)
  expect(detailOf({ ...NEEDED, ORCHESTRA_LEGACY_SSE: 'yes' })).toMatch(/^ORCHESTRA_LEGACY_SSE: /)
})

test('children inherit where programs are, home and language, and nothing else', () => {
  const config = parseConfig({ ...NEEDED, PATH: '/bin', HOME: '/h', LANG: 'C', SECRET: 'x' })
  expect(config.baseEnvironment).toEqual({ PATH: '/bin', HOME: '/h', LANG: 'C' })
})
