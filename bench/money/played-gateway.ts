import type { UsageBatch } from '@mcp-orchestra/api/gateway-link'
import type { UsageRecord } from '@mcp-orchestra/api/journal-record'
import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { createTestJournal } from '../../packages/control-plane/src/modules/payments/testing/journal.ts'
import { createControlPlaneLink } from '../../packages/gateway/src/link/link.ts'
import { slotName, type MoneyPlane } from './control-plane.ts'
import { EVENT_TOOL, type Market } from './market.ts'

/** A gateway as the control plane sees it: registered, with a lease, and a journal full of paid calls. */
export type PlayedGateway = {
  /** Ships the whole journal, one batch after the other; resolves with the milliseconds of each. */
  ship(): Promise<number[]>
  close(): Promise<void>
}

/** How many events a gateway ships, and in batches of how many. */
export type Shipment = { readonly batches: number; readonly batchSize: number }

const ids = createIds(systemClock)

/** Registers a new process of a slot over the real link, leases the money, and writes its journal in memory. */
export async function openPlayedGateway(
  plane: MoneyPlane,
  market: Market,
  slot: number,
  shipment: Shipment,
): Promise<PlayedGateway> {
  const incarnationId = ids.make('inc')
  const secret = await plane.slotSecret(slot)
  const link = createControlPlaneLink({ url: plane.url, secret, incarnationId })
  await link.registerIncarnation({ incarnationId, gateway: slotName(slot), journals: [] })
  const events = shipment.batches * shipment.batchSize
  const needed = String(market.price * BigInt(events))
  const response = await link.requestLease({
    requestId: ids.make('req'),
    incarnationId,
    payerId: market.payerId,
    capIds: [],
    asset: 'USD',
    needed,
    wanted: needed,
  })
  if (response.kind !== 'granted') throw new Error(`no lease: ${JSON.stringify(response)}`)
  const { leaseId } = response.lease
  const journal = createTestJournal(incarnationId)
  for (let index = 0; index < events; index += 1) journal.write(paidCall(market, leaseId))
  const batches: UsageBatch[] = Array.from({ length: shipment.batches }, (_, index) =>
    journal.batch(index * shipment.batchSize + 1, (index + 1) * shipment.batchSize),
  )
  return {
    async ship() {
      const tookMs: number[] = []
      for (const batch of batches) {
        const sinceMs = performance.now()
        const { applied } = await link.shipUsage(batch)
        if (!applied) throw new Error('a batch was not applied')
        tookMs.push(performance.now() - sinceMs)
      }
      return tookMs
    },
    close: () => link.close(),
  }
}

function paidCall(market: Market, leaseId: string): UsageRecord {
  const price = market.price.toString()
  return {
    kind: 'usage',
    id: ids.make('evt'),
    atMs: systemClock.now(),
    leaseId,
    payerId: market.payerId,
    keyId: market.keyId,
    memberId: null,
    serverId: market.serverId,
    publisherId: market.publisherId,
    method: 'tools/call',
    tool: EVENT_TOOL,
    priceId: market.priceId,
    feeBps: market.feeBps,
    asset: 'USD',
    reserved: price,
    amount: price,
    outcome: 'complete',
    purchaseId: null,
    attempt: 1,
    snapshotVersion: 1,
    durationMs: 1.5,
    requestBytes: 200,
    resultBytes: 153,
  }
}
