import type { UsageEvent } from '@mcp-orchestra/sdk'

/** When the first call of {@link callAt} happened. */
const FIRST_MS = Date.UTC(2026, 10, 22, 12)

/** The nth call of a test: a paid one, a second after the one before, its id sorting after it. */
export function callAt(n: number, over: Partial<UsageEvent> = {}): UsageEvent {
  const amount = { amount: '1000000000000000', asset: 'USD', display: '0.001 USD' }
  return {
    id: `evt_${n.toString().padStart(26, '0')}`,
    at: new Date(FIRST_MS + n * 1_000).toISOString(),
    payerId: 'org_payer',
    publisherId: 'org_publisher',
    keyId: 'key_one',
    memberId: null,
    serverId: 'srv_one',
    method: 'tools/call',
    tool: 'echo',
    outcome: 'complete',
    amount,
    reserved: amount,
    units: null,
    unitsFrom: null,
    disposition: 'posted',
    priceId: 'prc_one',
    feeBps: 250,
    purchaseId: null,
    mandateId: null,
    attempt: 1,
    leaseId: 'les_one',
    transferId: 'txn_one',
    incarnationId: 'inc_one',
    seq: n,
    durationMs: 12.5,
    requestBytes: 100,
    resultBytes: 200,
    ...over,
  }
}
