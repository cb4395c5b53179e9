import { assert, parseId, type Id } from '@mcp-orchestra/kernel'
import type { TestJournal } from '../../../../control-plane/src/modules/payments/testing/journal.ts'
import type { Call, SeededMonth } from '../month/month.ts'
import { callOf } from '../month/read-month.ts'
import { valueOf, type MonthWorld } from './month-world.ts'
import { indexPrices, settleCall, type Settled } from './settle-call.ts'

/** The journals of all gateways, and which event each call is. */
export type Journals = {
  readonly journals: ReadonlyMap<string, TestJournal>
  readonly events: ReadonlyMap<number, Id<'evt'>>
}

/** Starts the gateways, leases each what its calls can cost, and writes every record of the month into its journal. */
export async function writeJournals(stage: MonthWorld, month: SeededMonth): Promise<Journals> {
  const { world, names } = stage
  const index = indexPrices(names.prices.values())
  const listings = new Map(month.listings.map((one) => [one.name, one]))
  const settled = month.calls.map((call) =>
    settleCall(index, call, { names, listing: valueOf(listings, call.server) }),
  )
  const settledOf = (number: number): Settled => {
    const found = settled[number]
    assert(found !== undefined, 'every call is settled')
    return found
  }
  const events = new Map(month.calls.map(({ number }) => [number, world.ids.make('evt')]))
  const purchases = new Map(
    month.calls.flatMap(({ purchase }) =>
      purchase === undefined ? [] : [[purchase, world.ids.make('pur')] as const],
    ),
  )
  const journals = new Map<string, TestJournal>()
  for (const [gateway, numbers] of month.journals) {
    const journal = await world.startGateway(gateway)
    const calls = numbers.map((number) => callOf(month, number))
    const leases = await leaseFor(stage, { gateway, journal, calls, settled })
    for (const call of calls) {
      journal.write({
        kind: 'usage',
        id: valueOf(events, call.number),
        atMs: call.at,
        leaseId: leases.get(call.payer) ?? null,
        payerId: valueOf(names.organizations, call.payer),
        keyId: world.key,
        memberId: null,
        serverId: valueOf(names.servers, call.server),
        publisherId: valueOf(names.organizations, valueOf(listings, call.server).publisher),
        method: 'tools/call',
        tool: call.tool,
        ...settledOf(call.number),
        outcome: call.outcome,
        purchaseId: call.purchase === undefined ? null : valueOf(purchases, call.purchase),
        attempt: 1,
        snapshotVersion: 1,
        durationMs: 1,
        requestBytes: 1,
        resultBytes: 1,
      })
    }
    journals.set(gateway, journal)
  }
  return { journals, events }
}

/** One lease for each payer that has something to pay here. */
async function leaseFor(
  { world, names }: MonthWorld,
  of: {
    readonly gateway: string
    readonly journal: TestJournal
    readonly calls: readonly Call[]
    readonly settled: readonly Settled[]
  },
): Promise<Map<string, Id<'les'>>> {
  const leases = new Map<string, Id<'les'>>()
  for (const [payer, calls] of Map.groupBy(of.calls, (call) => call.payer)) {
    const claims = calls.reduce(
      (sum, { number }) => sum + BigInt(of.settled[number]?.amount ?? 0n),
      0n,
    )
    if (claims === 0n) continue
    const response = await world.payments.grantLease(of.gateway, {
      requestId: world.ids.make('req'),
      incarnationId: of.journal.incarnationId,
      payerId: valueOf(names.organizations, payer),
      capIds: [],
      asset: 'USD',
      needed: claims.toString(),
      wanted: claims.toString(),
    })
    assert(response.kind === 'granted', `granted, not ${JSON.stringify(response)}`)
    const id = parseId('les', response.lease.leaseId)
    assert(id !== undefined, 'a lease id')
    leases.set(payer, id)
  }
  return leases
}
