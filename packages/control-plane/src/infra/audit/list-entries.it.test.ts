import { readFile } from 'node:fs/promises'
import { createIds, parseId, systemClock, toUuid, type Id } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../main/testing.ts'
import { createAuditLog } from './log.ts'

let plane: TestControlPlane
let acme: { id: string; key: string }
let other: { id: string; key: string }
beforeAll(async () => {
  plane = await startTestControlPlane()
  acme = await plane.foundOrganization('Acme')
  other = await plane.foundOrganization('Other')
})
afterAll(() => plane.stop())

type Entry = { readonly id: string; readonly action: string; readonly [name: string]: unknown }

async function list(query = '', key = acme.key): Promise<{ items: Entry[]; nextCursor: unknown }> {
  const page = await plane.json(200, 'GET', `/v1/audit-entries${query}`, { key })
  return { items: page['items'] as Entry[], nextCursor: page['nextCursor'] }
}

async function issue(name: string, permissions: string[] = ['servers:read']): Promise<JsonObject> {
  const body = { name, permissions }
  return plane.json(201, 'POST', '/v1/keys', { key: acme.key, body })
}

const idOf = (issued: JsonObject) => String((issued['key'] as JsonObject)['id'])

describe('GET /v1/audit-entries', () => {
  test('says who did what to what, newest first', async () => {
    const id = idOf(await issue('first'))
    await plane.json(200, 'DELETE', `/v1/keys/${id}`, { key: acme.key })
    const { items } = await list(`?target=${id}`)
    expect(items.map(({ action }) => action)).toEqual(['key.revoked', 'key.issued'])
    expect(items[1]).toEqual({
      id: expect.stringMatching(/^adt_/),
      at: expect.stringMatching(/Z$/),
      organizationId: acme.id,
      actor: expect.stringMatching(/^key_/),
      action: 'key.issued',
      target: id,
      outcome: 'done',
      detail: { name: 'first', permissions: 'servers:read' },
    })
  })

  test('shows an organization its own entries, and an operator no other’s', async () => {
    const id = idOf(await issue('own'))
    expect((await list(`?target=${id}`, other.key)).items).toEqual([])
    expect((await list(`?target=${id}`, plane.operatorKey)).items).toEqual([])
    const all = await list('?limit=200', other.key)
    expect(new Set(all.items.map(({ organizationId }) => organizationId))).toEqual(
      new Set([other.id]),
    )
    const [own] = (await list(`?target=${id}`)).items
    const behind = await list(`?cursor=${own?.id}&limit=200`, other.key)
    expect(behind.items.filter(({ organizationId }) => organizationId !== other.id)).toEqual([])
  })

  test('pages without a gap or a repeat while new entries come, and refuses a forged cursor', async () => {
    for (const name of ['a', 'b', 'c', 'd']) await issue(name)
    const whole = (await list('?limit=200')).items.map(({ id }) => id)
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await list(`?limit=2${cursor}`)
      seen.push(...page.items.map(({ id }) => id))
      cursor = typeof page.nextCursor === 'string' ? `&cursor=${page.nextCursor}` : ''
      await issue('meanwhile')
    } while (cursor !== '')
    expect(seen).toEqual(whole)
    for (const forged of ['x', 'key_01kp0000000000000000000000', '%00']) {
      const answer = await plane.send('GET', `/v1/audit-entries?cursor=${forged}`)
      expect(answer.status).toBe(400)
    }
  })

  test('filters by action and its kind, by actor, and by time', async () => {
    const id = idOf(await issue('filtered'))
    await plane.json(200, 'DELETE', `/v1/keys/${id}`, { key: acme.key })
    const [revoked, issued] = (await list(`?target=${id}`)).items
    const actionsOf = async (query: string) =>
      (await list(`?target=${id}&${query}`)).items.map(({ action }) => action)
    expect(await actionsOf('action=key.revoked')).toEqual(['key.revoked'])
    expect(await actionsOf('action=key')).toEqual(['key.revoked', 'key.issued'])
    expect(await actionsOf('action=ke')).toEqual([])
    expect(await actionsOf(`actor=${String(issued?.['actor'])}`)).toHaveLength(2)
    expect(await actionsOf('actor=system')).toEqual([])
    const from = encodeURIComponent(String(revoked?.['at']))
    expect(await actionsOf(`from=${from}`)).toContain('key.revoked')
    expect(await actionsOf(`to=${encodeURIComponent(String(issued?.['at']))}`)).toEqual([])
    for (const wrong of [
      'action=Key!',
      'outcome=maybe',
      'from=yesterday',
      'actor=%00',
      'limit=0',
    ]) {
      expect((await plane.send('GET', `/v1/audit-entries?${wrong}`)).status).toBe(400)
    }
  })

  test('tells what was refused from what was done', async () => {
    const entry = {
      id: createIds(systemClock).make('adt'),
      action: 'gateway.session_refused',
      organizationId: acme.id,
      keyId: 'key_01kp0000000000000000000000',
      endpointId: 'mcp',
      fault: 'unreadable',
      count: 3,
    }
    const key = plane.secrets.gateways[0]?.secret ?? ''
    const body = { incarnationId: 'inc_1', entries: [entry] }
    expect((await plane.send('POST', '/internal/audit', { key, body })).status).toBe(204)
    const refused = await list('?outcome=refused')
    expect(refused.items).toMatchObject([{ id: entry.id, actor: 'inc_1', outcome: 'refused' }])
    const done = await list('?outcome=done&limit=200')
    expect(done.items.map(({ id }) => id)).not.toContain(entry.id)
  })

  test('reading it leaves no entry', async () => {
    const before = (await list('?limit=200')).items.length
    expect((await list('?limit=200')).items).toHaveLength(before)
  })

  test('needs a permission that only admins and operators have, and that a key can be given', async () => {
    const reader = await issue('reader', ['audit:read'])
    expect((await list('', String(reader['secret']))).items.length).toBeGreaterThan(0)
    const without = await issue('without', ['keys:read', 'ledger:read', 'organization:read'])
    const answer = await plane.send('GET', '/v1/audit-entries', { key: String(without['secret']) })
    expect(await answer.json()).toMatchObject({ status: 403, permission: 'audit:read' })
  })

  test('acts on the platform as a whole are for its operators', async () => {
    const body = { reason: 'restored; the key was mcpo_live_0123456789abcdef' }
    await plane.json(201, 'POST', '/v1/ledger-epochs', { body })
    // The platform may make its first signing key at any time, which is an act on the whole too.
    const { items } = await list('?scope=platform&action=ledger', plane.operatorKey)
    expect(items).toMatchObject([{ action: 'ledger.epoch_raised', organizationId: null }])
    expect((await list('?action=ledger', plane.operatorKey)).items).toEqual([])
    const answer = await plane.send('GET', '/v1/audit-entries?scope=platform', { key: acme.key })
    expect(await answer.json()).toMatchObject({ status: 403, permission: 'platform:operate' })
  })
})

test('a secret that somebody typed is not in the table, and one of an older version is not shown', async () => {
  const secret = `mcpo_live_${'a1'.repeat(20)}`
  const organizationId = requireOrganization(acme.id)
  const ids = createIds(systemClock)
  const target = ids.make('key')
  await plane.database.transactions.run((tx) =>
    createAuditLog({ clock: systemClock, ids }).record(tx, {
      organizationId,
      actor: 'system',
      action: 'key.issued',
      target,
      detail: { name: `my ${secret}` },
    }),
  )
  const { rows } = await plane.database.query<{ detail: unknown }>({
    text: 'select detail from audit.entries where target = $1',
    values: [target],
  })
  expect(rows).toEqual([{ detail: { name: 'my [redacted]' } }])
  await plane.database.query({
    text: `insert into audit.entries (id, at, organization_id, actor, action, target, detail)
           values ($1, now(), $2, 'system', 'key.issued', $3, $4)`,
    values: [
      toUuid(ids.make('adt')),
      toUuid(organizationId),
      target,
      JSON.stringify({ name: secret }),
    ],
  })
  const shown = (await list(`?target=${target}`)).items
  expect(shown).toHaveLength(2)
  expect(JSON.stringify(shown)).not.toContain(secret)
})

test('the update lets keys that could do everything else read it, and no other key', async () => {
  const update = new URL('../../modules/identity/migrations/0004_audit_read.sql', import.meta.url)
  const { database } = plane
  const readers = async () => {
    const { rows } = await database.query<{ operates: boolean }>({
      text: `select permissions @> '{platform:operate}' as operates from identity.api_keys
             where permissions @> '{audit:read}'`,
    })
    return rows.map(({ operates }) => operates)
  }
  await database.query({
    text: `update identity.api_keys set permissions = array_remove(permissions, 'audit:read')`,
  })
  expect(await readers()).toEqual([])
  await database.query({ text: await readFile(update, 'utf8') })
  expect(await readers()).toEqual([true])
})

function requireOrganization(text: string): Id<'org'> {
  const id = parseId('org', text)
  if (id === undefined) throw new Error(`no organization: ${text}`)
  return id
}
