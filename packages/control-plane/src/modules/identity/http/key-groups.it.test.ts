import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  startTestControlPlane,
  type JsonObject,
  type TestControlPlane,
} from '../../../main/testing.ts'

let plane: TestControlPlane
beforeAll(async () => {
  plane = await startTestControlPlane()
})
afterAll(() => plane.stop())

const keyOf = (issued: JsonObject) => issued['key'] as JsonObject & { id: string }

async function group(key: string, kind: 'project' | 'agent', name = 'crawler'): Promise<string> {
  const body = { kind, name }
  return String((await plane.json(201, 'POST', '/v1/key-groups', { key, body }))['id'])
}

function issue(key: string, wish: JsonObject, status = 201): Promise<JsonObject> {
  const body = { name: 'k', permissions: ['keys:write', 'keys:read', 'tools:call'], ...wish }
  return plane.json(status, 'POST', '/v1/keys', { key, body })
}

describe('projects and agents', () => {
  test('are made, listed by kind and page, and removed', async () => {
    const { key } = await plane.foundOrganization('Groups')
    const project = await group(key, 'project')
    const agent = await group(key, 'agent')
    const other = await group(key, 'agent', 'writer')
    const agents = await plane.json(200, 'GET', '/v1/key-groups?kind=agent', { key })
    expect(agents).toMatchObject({ items: [{ id: other, name: 'writer' }, { id: agent }] })
    const first = await plane.json(200, 'GET', '/v1/key-groups?limit=2', { key })
    const next = String(first['nextCursor'])
    expect(await plane.json(200, 'GET', `/v1/key-groups?cursor=${next}`, { key })).toMatchObject({
      items: [{ id: project, kind: 'project' }],
      nextCursor: null,
    })
    await plane.json(200, 'DELETE', `/v1/key-groups/${project}`, { key })
    await plane.json(404, 'DELETE', `/v1/key-groups/${project}`, { key })
    await plane.json(404, 'DELETE', '/v1/key-groups/of-nobody', { key })
  })

  test('of another organization are not there', async () => {
    const { key } = await plane.foundOrganization('Mine')
    const stranger = await plane.foundOrganization('Not mine')
    const agentId = await group(stranger.key, 'agent')
    await plane.json(404, 'DELETE', `/v1/key-groups/${agentId}`, { key })
    expect(await issue(key, { agentId }, 404)).toMatchObject({ code: 'identity.group_not_found' })
    expect(await issue(key, { projectId: agentId }, 404)).toMatchObject({
      code: 'identity.group_not_found',
    })
  })

  test('a malformed one is refused', async () => {
    const body = { kind: 'robot', name: 'x' }
    await plane.json(400, 'POST', '/v1/key-groups', { body })
  })

  test('are a thousand in an organization at the most', async () => {
    const { key } = await plane.foundOrganization('Crowd')
    await group(key, 'agent', 'crowd')
    await plane.database.query({
      text: `insert into identity.key_groups (id, organization_id, kind, name, created_at)
             select gen_random_uuid(), organization_id, kind, name, created_at
             from identity.key_groups, generate_series(1, 999) where name = 'crowd'`,
    })
    const body = { kind: 'agent', name: 'one too many' }
    expect(await plane.json(409, 'POST', '/v1/key-groups', { key, body })).toMatchObject({
      code: 'identity.group_limit',
    })
  })
})

describe('a key of an agent', () => {
  test('says so, and gateways know it', async () => {
    const { key } = await plane.foundOrganization('Agents')
    const agentId = await group(key, 'agent')
    const projectId = await group(key, 'project')
    const issued = keyOf(await issue(key, { agentId, projectId }))
    expect(issued).toMatchObject({ agentId, projectId })
    expect(await plane.snapshotEntity('key', issued.id)).toMatchObject({ agentId, projectId })
    expect(await plane.json(409, 'DELETE', `/v1/key-groups/${agentId}`, { key })).toMatchObject({
      code: 'identity.group_in_use',
    })
    await plane.json(200, 'DELETE', `/v1/keys/${issued.id}`, { key })
    await plane.json(200, 'DELETE', `/v1/key-groups/${agentId}`, { key })
  })

  test('makes keys of that agent only, whatever it asks for', async () => {
    const { key } = await plane.foundOrganization('Bound')
    const agentId = await group(key, 'agent')
    const otherId = await group(key, 'agent', 'other')
    const bound = String((await issue(key, { agentId }))['secret'])
    expect(keyOf(await issue(bound, {}))).toMatchObject({ agentId })
    expect(await issue(bound, { agentId: otherId }, 403)).toMatchObject({
      code: 'identity.exceeds_creator',
    })
    const free = keyOf(await issue(key, {}))
    const rotated = await plane.json(403, 'POST', `/v1/keys/${free.id}/rotate`, {
      key: bound,
      body: {},
    })
    expect(rotated).toMatchObject({ code: 'identity.exceeds_creator' })
  })

  test('stays one when it is rotated, and its successors stand for the first of them', async () => {
    const { key } = await plane.foundOrganization('Rotated')
    const agentId = await group(key, 'agent')
    const first = keyOf(await issue(key, { agentId }))
    const rotate = (id: string) =>
      plane.json(201, 'POST', `/v1/keys/${id}/rotate`, { key, body: {} })
    const second = keyOf(await rotate(first.id))
    const third = keyOf(await rotate(second.id))
    expect(third).toMatchObject({ agentId })
    expect(await plane.snapshotEntity('key', third.id)).toMatchObject({
      agentId,
      rootId: first.id,
    })
  })
})
