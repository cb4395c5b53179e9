import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestControlPlane, type TestControlPlane } from '../../../main/testing.ts'

let plane: TestControlPlane
beforeAll(async () => {
  plane = await startTestControlPlane()
})
afterAll(() => plane.stop())

describe('founding', () => {
  test('an organization starts with an admin and a key that does everything but run the platform', async () => {
    const founded = await plane.json(201, 'POST', '/v1/organizations', {
      body: { name: 'Acme', adminEmail: 'Ann@Acme.example', issueKey: true },
    })
    expect(founded).toMatchObject({
      organization: { name: 'Acme', status: 'active' },
      admin: { email: 'ann@acme.example', role: 'admin' },
      pendingGateways: [],
    })
    const me = await plane.json(200, 'GET', '/v1/me', { key: String(founded['secret']) })
    expect(me).toMatchObject({
      organization: { name: 'Acme' },
      member: { email: 'ann@acme.example' },
    })
    expect(me['permissions']).toEqual(expect.arrayContaining(['servers:write', 'ledger:read']))
    expect(me['permissions']).not.toContain('platform:operate')
  })

  test('an address belongs to one member; a refused founding leaves nothing behind', async () => {
    const body = { name: 'Twice', adminEmail: 'twice@acme.example' }
    await plane.json(201, 'POST', '/v1/organizations', { body })
    const before = await plane.json(200, 'GET', '/v1/organizations')
    const refused = await plane.json(409, 'POST', '/v1/organizations', { body })
    expect(refused['code']).toBe('identity.email_taken')
    expect(await plane.json(200, 'GET', '/v1/organizations')).toEqual(before)
  })

  test('only operators found and list', async () => {
    const { key } = await plane.foundOrganization('No operator')
    const refused = await plane.json(403, 'POST', '/v1/organizations', { key, body: { name: 'X' } })
    expect(refused).toMatchObject({ code: 'identity.forbidden', permission: 'platform:operate' })
    await plane.json(403, 'GET', '/v1/organizations', { key })
  })

  test('a malformed one is refused', async () => {
    await plane.json(400, 'POST', '/v1/organizations', { body: { name: '' } })
  })
})

test('every change is in the audit trail, and the trail cannot be changed', async () => {
  const { id } = await plane.foundOrganization('Audited')
  const { rows } = await plane.database.query<{ action: string; actor: string }>({
    text: 'select action, actor from audit.entries where target = $1',
    values: [id],
  })
  expect(rows).toEqual([{ action: 'organization.founded', actor: expect.stringMatching(/^key_/) }])
  for (const text of [
    "update audit.entries set action = 'a.b'",
    'delete from audit.entries',
    'truncate audit.entries',
  ]) {
    await expect(plane.database.query({ text })).rejects.toThrow(/append-only/)
  }
})

test('a suspended organization may do nothing', async () => {
  const { id, key } = await plane.foundOrganization('Suspended')
  await plane.database.query({
    text: `update identity.organizations set status = 'suspended' where name = 'Suspended'`,
  })
  const refused = await plane.json(403, 'GET', '/v1/me', { key })
  expect(refused['code']).toBe('identity.organization_suspended')
  expect(id).toMatch(/^org_/)
})
