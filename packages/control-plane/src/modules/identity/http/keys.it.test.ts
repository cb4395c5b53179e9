import { createHash } from 'node:crypto'
import { createIds, instant, parseId, systemClock } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'
import { postgresKeys } from '../adapters/postgres-keys.ts'
import { createKeyUses } from '../key-use.ts'

let plane: TestControlPlane
beforeAll(async () => {
  plane = await startTestControlPlane()
})
afterAll(() => plane.stop())

const keyOf = (issued: JsonObject) => issued['key'] as JsonObject & { id: string }
const secretOf = (issued: JsonObject) => String(issued['secret'])

async function issue(key: string, wish: JsonObject = {}): Promise<JsonObject> {
  const body = { name: 'a key', permissions: ['keys:read', 'keys:write', 'servers:read'], ...wish }
  return plane.json(201, 'POST', '/v1/keys', { key, body })
}

test('the operator is whom the key file says', async () => {
  const me = await plane.json(200, 'GET', '/v1/me')
  expect(me).toMatchObject({ via: 'key', organization: { name: 'Operator' } })
  expect(me['permissions']).toContain('platform:operate')
})

describe('issuing', () => {
  test('shows the secret once: the database and the lists have only its digest and its start', async () => {
    const { key } = await plane.foundOrganization('Once')
    const issued = await issue(key)
    const secret = secretOf(issued)
    expect(secret).toMatch(/^mcpo_live_[0-9A-Za-z]{49}$/)
    expect(keyOf(issued)).toMatchObject({ start: secret.slice(0, 16), status: 'active' })
    const listed = await plane.json(200, 'GET', '/v1/keys', { key })
    expect(JSON.stringify(listed)).not.toContain(secret.slice(17))
    const { rows } = await plane.database.query<{ dump: string; digest: string }>({
      text: `select row_to_json(k)::text as dump, encode(digest, 'hex') as digest
             from identity.api_keys k where start = $1`,
      values: [secret.slice(0, 16)],
    })
    expect(rows[0]?.dump).not.toContain(secret.slice(17))
    expect(rows[0]?.digest).toBe(createHash('sha256').update(secret).digest('hex'))
  })

  test('lives ninety days unless told otherwise', async () => {
    const { key } = await plane.foundOrganization('Ninety')
    const { createdAt, expiresAt } = keyOf(await issue(key)) as unknown as {
      createdAt: string
      expiresAt: string
    }
    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(90 * 86_400_000)
  })

  test('a key never gets a permission that its creator lacks', async () => {
    const { key } = await plane.foundOrganization('Escalation')
    const refused = await plane.json(403, 'POST', '/v1/keys', {
      key,
      body: { name: 'more', permissions: ['servers:read', 'platform:operate'] },
    })
    expect(refused).toMatchObject({
      code: 'identity.exceeds_creator',
      permissions: ['platform:operate'],
    })
  })

  test('a key never gets grants that its creator lacks, and inherits its denials', async () => {
    const { key } = await plane.foundOrganization('Grants')
    const narrow = secretOf(
      await issue(key, {
        allow: [{ serverId: 'srv_a' }],
        deny: [{ serverId: 'srv_a', tools: ['rm'] }],
      }),
    )
    const wider = await plane.send('POST', '/v1/keys', {
      key: narrow,
      body: { name: 'wider', permissions: ['keys:read'] },
    })
    expect(wider.status).toBe(403)
    const within = await issue(narrow, { allow: [{ serverId: 'srv_a', tools: ['ls'] }] })
    expect(keyOf(within)['deny']).toEqual([{ serverId: 'srv_a', tools: ['rm'] }])
  })

  test('an organization has at most ten thousand keys that work', async () => {
    const { key } = await plane.foundOrganization('Full')
    await plane.database.query({
      text: `insert into identity.api_keys (id, organization_id, purpose, name, start, digest, permissions,
               allow, deny, rate_per_minute, strict, created_at, expires_at, announced)
             select gen_random_uuid(), o.id, 'standard', 'full', 'mcpo_live_000000',
               sha256(n::text::bytea), '{}', '[]', '[]', 1, false, now(), now() + interval '1 day', false
             from generate_series(1, 10000) n, identity.organizations o where o.name = 'Full'`,
    })
    const body = { name: 'one more', permissions: ['servers:read'] }
    const refused = await plane.json(409, 'POST', '/v1/keys', { key, body })
    expect(refused['code']).toBe('identity.key_limit')
  })

  test('a malformed request names its fields', async () => {
    const refused = await plane.json(400, 'POST', '/v1/keys', {
      body: { permissions: ['everything'], ratePerMinute: 0, surprise: 1 },
    })
    expect(refused['code']).toBe('request.invalid')
    const fields = (refused['errors'] as { field: string }[]).map(({ field }) => field)
    expect(fields).toEqual(expect.arrayContaining(['name', 'permissions.0', 'ratePerMinute']))
  })
})

test('text that the database cannot keep is the caller’s fault, not ours', async () => {
  const { key } = await plane.foundOrganization('Unicode')
  for (const wish of [
    { name: 'a\u0000b' },
    { deny: [{ serverId: 'srv_a', tools: ['a\u0000b'] }] },
    { deny: [{ serverId: 'srv_a', tools: ['\ud800'] }] },
    { deny: [{ serverId: 'a\u0000' }] },
  ]) {
    const body = { name: 'n', permissions: ['servers:read'], ...wish }
    const refused = await plane.json(400, 'POST', '/v1/keys', { key, body })
    expect(refused['code']).toBe('request.invalid')
  }
  await plane.json(400, 'GET', '/v1/servers/a%00b', { key })
})

describe('listing', () => {
  test('pages newest first, through every key once, and only the organization’s', async () => {
    const { key } = await plane.foundOrganization('Pages')
    for (let made = 0; made < 4; made += 1) await issue(key, { name: `key ${made}` })
    const seen: string[] = []
    for (let query: string | undefined = 'limit=2'; query !== undefined;) {
      const page: JsonObject = await plane.json(200, 'GET', `/v1/keys?${query}`, { key })
      seen.push(...(page['items'] as { name: string }[]).map(({ name }) => name))
      const cursor = page['nextCursor'] as string | null
      query = cursor === null ? undefined : `limit=2&cursor=${cursor}`
    }
    expect(seen).toEqual(['key 3', 'key 2', 'key 1', 'key 0', 'First key'])
  })

  test('a cursor that is none is refused', async () => {
    await plane.json(400, 'GET', '/v1/keys?cursor=abc')
    await plane.json(400, 'GET', '/v1/keys?limit=1000')
  })
})

describe('revoking', () => {
  test('a revoked key is refused at once, and gateways are told to forget it', async () => {
    const { key } = await plane.foundOrganization('Revoke')
    const issued = await issue(key)
    await plane.json(200, 'GET', '/v1/me', { key: secretOf(issued) })
    const revoked = await plane.json(200, 'DELETE', `/v1/keys/${keyOf(issued).id}`, { key })
    expect(revoked).toMatchObject({ key: { status: 'revoked' }, pendingGateways: [] })
    const refused = await plane.json(401, 'GET', '/v1/me', { key: secretOf(issued) })
    expect(refused['code']).toBe('identity.key_revoked')
    const { rows } = await plane.database.query({
      text: `select 1 from snapshot.entities where kind = 'key' and id = $1`,
      values: [keyOf(issued).id],
    })
    expect(rows).toEqual([])
  })

  test('another organization’s key does not exist', async () => {
    const [ours, theirs] = [
      await plane.foundOrganization('Ours'),
      await plane.foundOrganization('Theirs'),
    ]
    const id = keyOf(await issue(theirs.key)).id
    await plane.json(404, 'DELETE', `/v1/keys/${id}`, { key: ours.key })
    await plane.json(404, 'POST', `/v1/keys/${id}/rotate`, { key: ours.key, body: {} })
    await plane.json(404, 'DELETE', '/v1/keys/nonsense', { key: ours.key })
  })
})

describe('rotating', () => {
  test('the old key works on for the grace, the new one at once', async () => {
    const { key } = await plane.foundOrganization('Rotate')
    const old = await issue(key)
    const rotated = await plane.json(201, 'POST', `/v1/keys/${keyOf(old).id}/rotate`, {
      key,
      body: { graceSeconds: 60 },
    })
    await plane.json(200, 'GET', '/v1/me', { key: secretOf(old) })
    await plane.json(200, 'GET', '/v1/me', { key: secretOf(rotated) })
    const again = await plane.json(409, 'POST', `/v1/keys/${keyOf(old).id}/rotate`, {
      key,
      body: {},
    })
    expect(again['code']).toBe('identity.key_inactive')
  })

  test('without grace the old key ends at once', async () => {
    const { key } = await plane.foundOrganization('No grace')
    const old = await issue(key)
    const path = `/v1/keys/${keyOf(old).id}/rotate`
    await plane.json(201, 'POST', path, { key, body: { graceSeconds: 0 } })
    await plane.json(401, 'GET', '/v1/me', { key: secretOf(old) })
  })

  test('a grace over a day is refused', async () => {
    const { key } = await plane.foundOrganization('Long grace')
    const path = `/v1/keys/${keyOf(await issue(key)).id}/rotate`
    await plane.json(400, 'POST', path, { key, body: { graceSeconds: 86_401 } })
  })

  test('nobody gets the secret of a key that may do more', async () => {
    const { key } = await plane.foundOrganization('Rotate up')
    const strong = await issue(key, { permissions: ['keys:write', 'caps:write'] })
    const weak = secretOf(await issue(key, { permissions: ['keys:write'] }))
    const path = `/v1/keys/${keyOf(strong).id}/rotate`
    const refused = await plane.json(403, 'POST', path, { key: weak, body: {} })
    expect(refused['code']).toBe('identity.exceeds_creator')
  })
})

test('an expired key is refused, and the sweep makes gateways forget it once', async () => {
  const { key } = await plane.foundOrganization('Expired')
  const issued = await issue(key, { expiresInSeconds: 60 })
  await plane.database.query({
    text: `update identity.api_keys set created_at = now() - interval '2 hours',
             expires_at = now() - interval '1 hour' where start = $1`,
    values: [secretOf(issued).slice(0, 16)],
  })
  const refused = await plane.json(401, 'GET', '/v1/me', { key: secretOf(issued) })
  expect(refused['code']).toBe('identity.key_expired')
  expect(await plane.snapshotEntity('key', keyOf(issued).id)).toBeDefined()
  expect(await plane.runJob('identity.sweep_keys')).toBe(1)
  expect(await plane.snapshotEntity('key', keyOf(issued).id)).toBeUndefined()
  expect(await plane.runJob('identity.sweep_keys')).toBe(0)
})

describe('credentials that are none', () => {
  test.each([
    ['nothing', null],
    ['a word', 'secret'],
    ['a wrong checksum', `mcpo_live_${'a'.repeat(49)}`],
    ['a token of ours with a bad signature', 'abc.def'],
  ])('%s is 401 with a challenge', async (_, key) => {
    const answer = await plane.send('GET', '/v1/me', { key })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  test('a key in the query is not looked at', async () => {
    const answer = await plane.send('GET', `/v1/me?key=${plane.operatorKey}`, { key: null })
    expect(answer.status).toBe(401)
  })
})

describe('the last use of a key', () => {
  const uses = createKeyUses(postgresKeys)
  const note = (id: string, ...atMs: number[]) => {
    const keyId = parseId('key', id) ?? createIds(systemClock).make('key')
    const all = atMs.map((ms) => ({ keyId, at: instant(ms) }))
    return plane.database.transactions.run((tx) => uses.note(tx, all))
  }
  const shown = async (key: string, id: string) => {
    const { items } = await plane.json(200, 'GET', '/v1/keys', { key })
    return (items as JsonObject[]).find((item) => item['id'] === id)?.['lastUsedAt']
  }

  test('is never until it is used, and the minute of it from then on, but not before the key was made', async () => {
    const { key } = await plane.foundOrganization('Used')
    const issued = await issue(key)
    const { id } = keyOf(issued)
    expect(await shown(key, id)).toBeNull()
    const before = Date.now()
    await plane.json(200, 'GET', '/v1/me', { key: secretOf(issued) })
    const at = Date.parse(String(await shown(key, id)))
    expect(at).toBeGreaterThan(before - 60_000)
    expect(at).toBeGreaterThanOrEqual(Date.parse(String(keyOf(issued)['createdAt'])))
    expect(at).toBeLessThanOrEqual(Date.now())
  })

  test('only moves forward, and a key that is used on and on is written once a minute', async () => {
    const { key } = await plane.foundOrganization('Forward')
    const { id } = keyOf(await issue(key))
    const minute = Date.parse('2099-11-22T10:00:00.000Z')
    const version = async () => {
      const { rows } = await plane.database.query<{ version: string }>({
        text: `select k.xmin::text as version from identity.api_keys k
               where last_used_at = $1 and name = 'a key'`,
        values: [new Date(minute).toISOString()],
      })
      return rows.map((row) => row.version)
    }
    await note(id, minute + 5_000, minute + 59_999, minute - 1)
    expect(await shown(key, id)).toBe('2099-11-22T10:00:00.000Z')
    const written = await version()
    expect(written).toHaveLength(1)
    await note(id, minute + 30_000)
    await note(id, minute - 600_000)
    expect(await version()).toEqual(written)
    await note(id, minute + 60_000)
    expect(await shown(key, id)).toBe('2099-11-22T10:01:00.000Z')
  })

  test('of a key that is gone is nobody’s fault', async () => {
    await expect(note('key_of_nobody', 1)).resolves.toBeUndefined()
  })

  test('does not make a revoked key look used', async () => {
    const { key } = await plane.foundOrganization('Revoked and tried')
    const issued = await issue(key)
    await plane.json(200, 'DELETE', `/v1/keys/${keyOf(issued).id}`, { key })
    await plane.json(401, 'GET', '/v1/me', { key: secretOf(issued) })
    expect(await shown(key, keyOf(issued).id)).toBeNull()
  })
})
