import { createIds, systemClock } from '@mcp-orchestra/kernel'
import type { MeteredCall, Price } from '../../metering/index.ts'
import type { Lease } from '../lease/lease.ts'

const ids = createIds(systemClock)
const KEY = ids.make('key')

/** A complete call under a lease and a price, unless a test wants something else. */
export function sampleCall(
  lease: Lease,
  price: Price,
  more: Partial<MeteredCall> = {},
): MeteredCall {
  return {
    id: ids.make('evt'),
    at: systemClock.now(),
    leaseId: lease.id,
    payerId: lease.payerId,
    keyId: KEY,
    memberId: null,
    serverId: price.serverId,
    publisherId: price.publisherId,
    method: 'tools/call',
    tool: price.tool,
    priceId: price.id,
    feeBps: price.feeBps,
    asset: price.asset,
    reserved: price.amount,
    amount: price.amount,
    outcome: 'complete',
    purchaseId: null,
    mandateId: null,
    attempt: 1,
    snapshotVersion: 1,
    durationMs: 1,
    requestBytes: 1,
    resultBytes: 1,
    toolHash: null,
    ...more,
  }
}
