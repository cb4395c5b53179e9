import { createIds, systemClock, USD, type Id } from '@mcp-orchestra/kernel'
import type { UsageEvent } from '../usage-event.ts'

const ids = createIds(systemClock)

/** A free call with a new id, unless a test wants something else. */
export function sampleEvent(
  more: Partial<UsageEvent> & { readonly payerId: Id<'org'>; readonly seq: number },
): UsageEvent {
  return {
    id: ids.make('evt'),
    incarnationId: ids.make('inc'),
    at: systemClock.now(),
    leaseId: null,
    keyId: ids.make('key'),
    memberId: null,
    serverId: ids.make('srv'),
    publisherId: ids.make('org'),
    method: 'tools/call',
    tool: 'echo',
    priceId: null,
    feeBps: 0,
    asset: USD.id,
    reserved: 0n,
    amount: 0n,
    posted: 0n,
    disposition: 'free',
    transferId: null,
    outcome: 'complete',
    purchaseId: null,
    mandateId: null,
    attempt: 1,
    snapshotVersion: 1,
    durationMs: 1.5,
    requestBytes: 10,
    resultBytes: 20,
    toolHash: null,
    fee: 0n,
    shareId: null,
    shares: [],
    ...more,
  }
}
