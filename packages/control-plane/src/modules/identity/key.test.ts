import { createIds, instant, type Clock } from '@mcp-orchestra/kernel'
import { KeyEntity } from '@mcp-orchestra/api/snapshot'
import { expect, test } from 'vitest'
import { effectivePermissions, keyEntity, statusOf, type ApiKey } from './key.ts'
import { NO_GROUPS } from './key-group.ts'
import type { Member } from './organization.ts'
import { permissionsOf, ROLE_PERMISSIONS } from './role.ts'

const clock: Clock = { now: () => instant(1_000), monotonicMs: () => 0 }
const ids = createIds(clock)
const member: Member = {
  id: ids.make('mbr'),
  organizationId: ids.make('org'),
  email: 'a@b.example',
  name: 'a',
  role: 'user',
  operator: false,
  createdAt: instant(0),
}
const KEY_ID = ids.make('key')
const key: ApiKey = {
  ...NO_GROUPS,
  id: KEY_ID,
  rootId: KEY_ID,
  organizationId: member.organizationId,
  memberId: member.id,
  purpose: 'standard',
  name: 'k',
  start: 'mcpo_live_abcdef',
  digest: 'a'.repeat(64),
  permissions: ['tools:call', 'servers:write'],
  allow: [{ serverId: '*' }],
  deny: [],
  ratePerMinute: 60,
  strict: false,
  createdAt: instant(0),
  expiresAt: instant(2_000),
  revokedAt: null,
  replacedBy: null,
  lastUsedAt: null,
}

test('a key works until its end, and not at it; a revocation comes first', () => {
  expect(statusOf(key, instant(1_999))).toBe('active')
  expect(statusOf(key, instant(2_000))).toBe('expired')
  expect(statusOf({ ...key, revokedAt: instant(1) }, instant(5_000))).toBe('revoked')
})

test('a member’s key does only what the member’s role allows today; nothing when the member is gone', () => {
  expect(effectivePermissions(key, member)).toEqual(['tools:call'])
  expect(effectivePermissions(key, { ...member, role: 'admin' })).toEqual(key.permissions)
  expect(effectivePermissions(key, undefined)).toEqual([])
  expect(effectivePermissions({ ...key, memberId: null }, undefined)).toEqual(key.permissions)
})

test('gateways get the digest and the effective permissions, in the wire’s own form', () => {
  const entity = keyEntity(key, member)
  expect(KeyEntity.parse(entity)).toEqual(entity)
  expect(entity).toMatchObject({
    digest: key.digest,
    permissions: ['tools:call'],
    expiresAtMs: 2_000,
  })
})

test('no role runs the platform; an operator does, whatever the role', () => {
  for (const permissions of Object.values(ROLE_PERMISSIONS)) {
    expect(permissions.has('platform:operate')).toBe(false)
  }
  expect(permissionsOf({ role: 'user', operator: true }).has('platform:operate')).toBe(true)
})
