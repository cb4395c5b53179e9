import type { LeaseRequest, LeaseResponse } from '@mcp-orchestra/api/gateway-link'
import type { TokenUnits, UsageRecord } from '@mcp-orchestra/api/journal-record'
import type {
  MandateEntity,
  PriceEntity,
  SettingsEntity,
  StopEntity,
} from '@mcp-orchestra/api/snapshot'
import { createIds, type Id } from '@mcp-orchestra/kernel'
import type { FaultyDisk } from '../record/faulty-disk.testing.ts'
import { scanJournal } from '../record/segment/scan-journal.ts'
import { createRecordReader } from '../record/segment/record-reader.ts'
import { openInlineJournal, TEST_INCARNATION, type InlineJournal } from '../record/testing.ts'
import type { CallEnd, CallIntent, ChargeDecision, OpenCharge } from './charge.ts'
import { createCharging, type GatewayCharging } from './charging.ts'
import type { LeaseLink } from './lease/lease-ask.ts'
import type { CountWish } from './metered/token-counter.ts'
import type { SettledPurchase } from './purchase/purchase.ts'

/** One call costs 10 units in tests. */
export const TEST_PRICE: PriceEntity = {
  id: 'prc_1',
  serverId: 'srv_1',
  tool: 'paid',
  version: 3,
  amount: '10',
  asset: 'USD',
  feeBps: 250,
  startsAtMs: 0,
}

/** A control plane in memory that grants from one balance, in leases of at most `leaseMax`. */
export type FakeLeases = LeaseLink & {
  balance: bigint
  leaseMax: bigint
  ttlMs: number
  epoch: number
  /** Overrides the next answers, first to last; an Error rejects. */
  readonly answers: (LeaseResponse | Error)[]
  readonly requests: LeaseRequest[]
  /** So many next grants are made, but their answers are lost. */
  loseAnswers: number
  beforeAnswer: () => void
  /** Every lease granted so far, and how much. */
  readonly granted: Map<string, bigint>
}

/** Grants at the end of the turn. */
export function createFakeLeases(balance: bigint): FakeLeases {
  const answered = new Map<string, LeaseResponse>()
  const leases: FakeLeases = {
    balance,
    leaseMax: 100n,
    ttlMs: 60_000,
    epoch: 1,
    answers: [],
    requests: [],
    loseAnswers: 0,
    beforeAnswer: () => undefined,
    granted: new Map(),
    async requestLease(request) {
      leases.requests.push(request)
      const scripted = leases.answers.shift()
      if (scripted instanceof Error) throw scripted
      const answer = scripted ?? answered.get(request.requestId) ?? grant(request)
      leases.beforeAnswer()
      if (leases.loseAnswers > 0) {
        leases.loseAnswers -= 1
        throw new Error('the answer was lost')
      }
      return answer
    },
  }
  function grant(request: LeaseRequest): LeaseResponse {
    const needed = BigInt(request.needed)
    if (leases.balance < needed) {
      return { kind: 'insufficient_funds', available: leases.balance.toString() }
    }
    const wanted = BigInt(request.wanted)
    let amount = wanted < leases.leaseMax ? wanted : leases.leaseMax
    if (amount < needed) amount = needed
    if (amount > leases.balance) amount = leases.balance
    leases.balance -= amount
    const { payerId, capIds, asset } = request
    const leaseId = `les_${answered.size + 1}`
    const lease = { leaseId, payerId, capIds, asset, epoch: leases.epoch, ttlMs: leases.ttlMs }
    const response: LeaseResponse = {
      kind: 'granted',
      lease: { ...lease, granted: amount.toString() },
    }
    answered.set(request.requestId, response)
    leases.granted.set(leaseId, amount)
    return response
  }
  return leases
}

/** The charge path on a journal and a control plane in memory. */
export type ChargeBench = InlineJournal & {
  readonly charging: GatewayCharging
  readonly leases: FakeLeases
  readonly settings: SettingsEntity
  readonly replica: {
    staleMs: number
    epoch: number
    price: PriceEntity | undefined
    /** Versions that are no longer in force. */
    olderPrices: PriceEntity[]
    capIds: string[]
    /** What the tokenizer counts; undefined when it cannot. */
    counts: TokenUnits | undefined
    /** A stop that binds every call. */
    stop: StopEntity | undefined
    /** Mandates of every caller. */
    mandates: MandateEntity[]
  }
  /** What the tokenizer was asked. */
  readonly counted: CountWish[]
  call(change?: Partial<CallIntent>): CallIntent
  /** Begins a call that must be let through. */
  open(change?: Partial<CallIntent>): Promise<OpenCharge>
  /** The code of the refusal of a call that must be refused. */
  refusal(change?: Partial<CallIntent>): Promise<string>
  /** All durable records, parsed. */
  records(): (Partial<UsageRecord> & { kind: string })[]
}

/** A result of a call. */
export function endOf(change: Partial<CallEnd> = {}): CallEnd {
  const resultText = '{"content":[]}'
  return { outcome: 'complete', durationMs: 5, resultBytes: 14, resultText, ...change }
}

/** Starts with a balance of 1,000 units. */
export async function startChargeBench(
  options: {
    readonly purchases?: Iterable<readonly [string, SettledPurchase]>
    /** The disk of the process before, where replayed outcomes stand. */
    readonly outcomesOn?: FaultyDisk
  } = {},
): Promise<ChargeBench> {
  const inline = await openInlineJournal({ segmentBytes: 1_048_576 })
  const { journal, disk, time } = inline
  const leases = createFakeLeases(1_000n)
  const ids = createIds(time)
  const settings: SettingsEntity = {
    id: 'settings',
    maxStaleMs: 60_000,
    sealingKey: Buffer.alloc(32, 7).toString('base64'),
    intentAbove: '1000',
  }
  const replica: ChargeBench['replica'] = {
    staleMs: 0,
    epoch: 1,
    price: TEST_PRICE,
    olderPrices: [],
    capIds: [],
    counts: undefined,
    stop: undefined,
    mandates: [],
  }
  const counted: CountWish[] = []
  const charging = createCharging({
    incarnationId: TEST_INCARNATION,
    journal,
    leases,
    clock: time,
    ids,
    timers: time,
    replica: {
      version: 42,
      get epoch() {
        return replica.epoch
      },
      settings: () => settings,
      priceOf: (_, tool) => (tool === 'paid' ? replica.price : undefined),
      priceAt: (_, tool, version) =>
        tool === 'paid'
          ? [replica.price, ...replica.olderPrices].find((price) => price?.version === version)
          : undefined,
      capsOf: () =>
        replica.capIds.map((id) => ({
          id,
          scope: { kind: 'key' as const, id: 'key_1' },
          window: 'day' as const,
          amount: '100',
        })),
      stopOf: () => replica.stop,
      mandatesOf: () => replica.mandates,
      mandateById: (id) => replica.mandates.find((mandate) => mandate.id === id),
      staleMs: () => replica.staleMs,
      refresh: async () => true,
    },
    tokens: {
      count: (wish) => {
        counted.push(wish)
        return Promise.resolve(bench.replica.counts)
      },
      close: () => Promise.resolve(),
    },
    readOutcome: async ({ seq }) => {
      const reader = createRecordReader(options.outcomesOn ?? disk, TEST_INCARNATION)
      return reader.read({ fromSeq: seq, throughSeq: seq, recordsMax: 1, bytesMax: 1 })[0]?.text
    },
    ...(options.purchases === undefined ? {} : { purchases: options.purchases }),
  })
  const bench: ChargeBench = {
    ...inline,
    charging,
    leases,
    settings,
    replica,
    counted,
    call: (change = {}) => ({ ...callOf(ids.make('evt')), ...change }),
    async open(change) {
      const decision = await charging.begin(bench.call(change))
      if (decision.kind !== 'proceed') throw new Error(`expected to proceed: ${sayWhy(decision)}`)
      return decision.charge
    },
    async refusal(change) {
      const decision = await charging.begin(bench.call(change))
      if (decision.kind !== 'refused') throw new Error(`expected a refusal, got ${decision.kind}`)
      return decision.problem.code
    },
    records() {
      const records: ReturnType<ChargeBench['records']> = []
      scanJournal(
        disk.afterPowerLoss(() => false),
        TEST_INCARNATION,
        ({ payload }) =>
          records.push(
            JSON.parse(payload.toString()) as ReturnType<ChargeBench['records']>[number],
          ),
      )
      return records
    },
  }
  return bench
}

function sayWhy(decision: ChargeDecision): string {
  return decision.kind === 'refused' ? decision.problem.code : decision.kind
}

function callOf(callId: Id<'evt'>): CallIntent {
  const organizationId = 'org_payer' as Id<'org'>
  const keyId = 'key_1' as Id<'key'>
  return {
    callId,
    caller: {
      keyId,
      organizationId,
      memberId: null,
      key: {
        id: keyId,
        digest: '0'.repeat(64),
        organizationId,
        memberId: null,
        permissions: [],
        allow: [],
        deny: [],
        expiresAtMs: null,
        ratePerMinute: 1_000,
        strict: false,
      },
    },
    server: {
      id: 'srv_1',
      alias: 'server',
      name: 'Server',
      organizationId: 'org_publisher',
      enabled: true,
      visibility: 'everyone',
      era: 'auto',
      transport: { kind: 'http', url: 'http://127.0.0.1:1/mcp', headers: {} },
      limits: { callTimeoutMs: 1_000, resultBytesMax: 1_024, concurrentCallsMax: 1 },
      announcePrices: true,
      chargeToolErrors: false,
      reach: 'anywhere',
    },
    method: 'tools/call',
    target: 'paid',
    idempotencyKey: undefined,
    requestDigest: 'a'.repeat(64),
    attempt: 1,
    maxCharge: undefined,
    expectedPriceVersion: undefined,
    safeToRepeat: false,
    requestBytes: 100,
  }
}
