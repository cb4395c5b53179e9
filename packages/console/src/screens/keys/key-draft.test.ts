import type { ApiKey, Permission } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KEY_DAYS, KEY_PRESETS, keyFaults, NEW_KEY, newKeyOf, permissionsOf } from './key-draft.ts'
import { canRotate, keyState, works } from './key-state.ts'
import { validateSearch } from './search.ts'

const ALL: readonly Permission[] = [
  'servers:read',
  'servers:write',
  'tools:call',
  'keys:write',
  'balance:read',
]
const some = fc.subarray([...ALL])

test('a key never asks for more than its maker holds, whatever was chosen', () => {
  fc.assert(
    fc.property(some, some, fc.constantFrom(...KEY_PRESETS), (mine, permissions, preset) => {
      const asked = permissionsOf({ preset, permissions }, mine)
      expect(mine).toEqual(expect.arrayContaining(asked))
      const faults = keyFaults({ ...NEW_KEY, name: 'x', preset, permissions }, mine)
      expect(faults.permissions).toBe(asked.length === 0 ? 'no_permission' : undefined)
    }),
  )
})

test('the sets are what they say', () => {
  expect(permissionsOf({ preset: 'call', permissions: [] }, ALL)).toEqual(['tools:call'])
  expect(permissionsOf({ preset: 'read', permissions: [] }, ALL)).toEqual([
    'servers:read',
    'balance:read',
  ])
  expect(permissionsOf({ preset: 'all', permissions: [] }, ALL)).toEqual(ALL)
})

test('a key for chosen servers names them and no other', () => {
  const draft = { ...NEW_KEY, name: ' ci ', everyServer: false, servers: ['srv_1', 'srv_2'] }
  expect(newKeyOf(draft, ALL)).toEqual({
    name: 'ci',
    owner: 'me',
    permissions: ['tools:call'],
    allow: [{ serverId: 'srv_1' }, { serverId: 'srv_2' }],
    expiresInSeconds: 90 * 86_400,
  })
  expect(keyFaults({ ...draft, servers: [] }, ALL)).toEqual({ servers: 'no_server' })
  expect(Math.max(...KEY_DAYS)).toBeLessThanOrEqual(366)
})

test('a name of blanks is none', () => {
  expect(keyFaults({ ...NEW_KEY, name: '  ' }, ALL)).toEqual({ name: 'name_required' })
  expect(keyFaults({ ...NEW_KEY, name: 'x'.repeat(121) }, ALL)).toEqual({ name: 'name_too_long' })
})

const key = (parts: Partial<ApiKey>): ApiKey => ({
  id: 'key_1',
  name: 'ci',
  start: 'mcpo_live_abcdef',
  organizationId: 'org_1',
  memberId: null,
  projectId: null,
  agentId: null,
  permissions: ['tools:call'],
  allow: [{ serverId: '*' }],
  deny: [],
  ratePerMinute: 60,
  strict: false,
  status: 'active',
  createdAt: '2026-01-01T00:00:00.000Z',
  expiresAt: '2026-06-01T00:00:00.000Z',
  revokedAt: null,
  replacedBy: null,
  lastUsedAt: null,
  ...parts,
})
const at = Date.parse

test('a key that was rotated works until its grace is over and cannot be rotated again', () => {
  const rotated = key({ replacedBy: 'key_2' })
  expect(keyState(rotated, at('2026-05-31T23:00:00Z'))).toBe('replaced')
  expect([works('replaced'), canRotate('replaced')]).toEqual([true, false])
  expect(keyState(rotated, at('2026-06-01T00:00:00Z'))).toBe('expired')
})

test('a week before its end a key ends soon; a revoked one is revoked for ever', () => {
  expect(keyState(key({}), at('2026-05-24T23:59:59Z'))).toBe('active')
  expect(keyState(key({}), at('2026-05-25T00:00:00Z'))).toBe('expiring')
  const revoked = key({ revokedAt: '2026-02-01T00:00:00.000Z' })
  expect(keyState(revoked, at('2027-01-01T00:00:00Z'))).toBe('revoked')
})

test('any address is read, and reading what was read changes nothing', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('q', 'state', 'sort', 'x'), fc.anything()),
      (search) => {
        const read = validateSearch(search)
        expect(validateSearch({ ...read })).toEqual(read)
      },
    ),
  )
})
