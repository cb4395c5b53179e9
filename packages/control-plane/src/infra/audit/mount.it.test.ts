import { LINK_PATHS } from '@mcp-orchestra/api/gateway-link'
import { createIds, systemClock, toUuid } from '@mcp-orchestra/kernel'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestControlPlane, type TestControlPlane } from '../../main/testing.ts'

let plane: TestControlPlane
beforeAll(async () => {
  plane = await startTestControlPlane()
})
afterAll(() => plane.stop())

test('refused handles of a gateway are in the audit trail, once, though their report came twice', async () => {
  const ids = createIds(systemClock)
  const [id, organizationId, keyId] = [ids.make('adt'), ids.make('org'), ids.make('key')]
  const action = 'gateway.session_refused'
  const entry = {
    id,
    action,
    organizationId,
    keyId,
    endpointId: 'mcp',
    fault: 'unreadable',
    count: 7,
  }
  const key = plane.secrets.gateways[0]?.secret ?? ''
  const body = { incarnationId: 'inc_1', entries: [entry] }
  for (let time = 0; time < 2; time += 1)
    expect((await plane.send('POST', LINK_PATHS.audit, { key, body })).status).toBe(204)
  const { rows } = await plane.database.query({
    text: 'select organization_id, actor, action, target, detail from audit.entries where id = $1',
    values: [toUuid(id)],
  })
  expect(rows).toEqual([
    {
      organization_id: toUuid(organizationId),
      actor: 'inc_1',
      action,
      target: keyId,
      detail: { gateway: expect.any(String), endpointId: 'mcp', fault: 'unreadable', count: 7 },
    },
  ])
})

test('a report of another form is refused whole', async () => {
  const key = plane.secrets.gateways[0]?.secret ?? ''
  const body = { incarnationId: 'inc_1', entries: [{ action: 'key.revoked' }] }
  expect((await plane.send('POST', LINK_PATHS.audit, { key, body })).status).toBe(400)
})
