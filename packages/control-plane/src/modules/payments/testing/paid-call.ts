import { createIds, systemClock } from '@mcp-orchestra/kernel'
import type { JsonObject, TestControlPlane } from '../../../main/testing.ts'
import { createTestJournal } from './journal.ts'

const SLOT = 'gateway-1'
const ids = createIds(systemClock)
let made = 0

/** A call that was posted on a whole control plane: 0.001 USD, unless another price is said. */
export type PaidCall = { readonly id: string; readonly serverId: string }

/** An organization with a key of its own. */
export type Party = { readonly id: string; readonly key: string }

/** Registers a server of the publisher, prices its tool, tops the payer up and posts one call, as a gateway would. */
export async function postPaidCall(
  plane: TestControlPlane,
  payer: Party,
  publisher: Party,
  options: { readonly units?: string; readonly serverId?: string } = {},
): Promise<PaidCall> {
  const serverId = options.serverId ?? (await registerServer(plane, publisher))
  const priced = await plane.json(200, 'PUT', `/v1/servers/${serverId}/tools/echo/price`, {
    key: publisher.key,
    body: { price: { units: options.units ?? '0.001', asset: 'USD' } },
  })
  const price = priced['price'] as JsonObject & { price: { amount: string } }
  made += 1
  await plane.json(201, 'POST', '/v1/top-ups', {
    headers: { 'idempotency-key': `paid-call-${made}` },
    body: { organizationId: payer.id, amount: { units: '1', asset: 'USD' } },
  })
  const { keyId } = await plane.json(200, 'GET', '/v1/me', { key: payer.key })
  const id = ids.make('evt')
  await shipCall(plane, {
    id,
    payerId: payer.id,
    keyId: String(keyId),
    serverId,
    publisherId: publisher.id,
    priceId: String(price['id']),
    amount: price.price.amount,
  })
  return { id, serverId }
}

async function registerServer(plane: TestControlPlane, publisher: Party): Promise<string> {
  made += 1
  const { server } = await plane.json(201, 'POST', '/v1/servers', {
    key: publisher.key,
    body: {
      alias: `paid-${made}-${ids.make('req').slice(-8)}`,
      transport: { kind: 'http', url: 'https://example.com/mcp' },
      visibility: 'everyone',
    },
  })
  return (server as { id: string }).id
}

async function shipCall(
  plane: TestControlPlane,
  { amount, ...call }: JsonObject & { readonly payerId: string; readonly amount: string },
): Promise<void> {
  const secret = plane.secrets.gateways.find(({ name }) => name === SLOT)?.secret
  const link = (path: string, body: unknown) =>
    plane.json(200, 'POST', path, { key: secret ?? '', body })
  const incarnationId = ids.make('inc')
  const journal = createTestJournal(incarnationId)
  await link('/internal/incarnations', { incarnationId, gateway: SLOT, journals: [] })
  const granted = await link('/internal/leases', {
    requestId: ids.make('req'),
    incarnationId,
    payerId: call.payerId,
    capIds: [],
    asset: 'USD',
    needed: amount,
    wanted: amount,
  })
  const { leaseId } = granted['lease'] as { leaseId: string }
  journal.write(JSON.stringify(usageOf(call, leaseId, amount)))
  await link('/internal/usage', journal.batch())
}

function usageOf(call: JsonObject, leaseId: string, amount: string): JsonObject {
  return {
    kind: 'usage',
    atMs: systemClock.now(),
    leaseId,
    memberId: null,
    method: 'tools/call',
    tool: 'echo',
    feeBps: 250,
    asset: 'USD',
    reserved: amount,
    amount,
    outcome: 'complete',
    purchaseId: null,
    attempt: 1,
    snapshotVersion: 1,
    durationMs: 1.5,
    requestBytes: 2,
    resultBytes: 3,
    ...call,
  }
}
