import { tmpdir } from 'node:os'
import { figure, type Figure } from '../figures/figure.ts'
import { percentile } from '../figures/statistics.ts'
import { sharePriority } from '../machine/priority.ts'
import { cpuNanoseconds, processTree } from '../machine/process-tree.ts'
import { probeSync } from '../machine/sync-probe.ts'
import { startMoneyPlane, type MoneyPlane } from './control-plane.ts'
import { startDatabases, type MoneyDatabase } from './database.ts'
import { openMarket, type Market } from './market.ts'
import { openPlayedGateway, type Shipment } from './played-gateway.ts'
import { checkSums, type SumsCheck } from './sums.ts'

/** How events arrive: from so many gateways at once, in batches of so many, so many batches of each. */
export type Arrival = Shipment & { readonly gateways: number }

/** One way of arrival at one database, over the rounds. */
export type MoneyCell = {
  readonly database: string
  readonly arrival: Arrival
  readonly rate: Figure
  readonly batchP50: Figure
  readonly batchP99: Figure
  /** CPU for one event. */
  readonly planeCpu: Figure
  readonly databaseCpu: Figure
}

/** What the bench of the money path found. */
export type MoneyReport = {
  readonly rounds: number
  readonly sync: { readonly p50Ms: number; readonly p99Ms: number }
  readonly cells: readonly MoneyCell[]
  readonly sums: readonly (SumsCheck & { readonly database: string })[]
  readonly missing: readonly string[]
}

const ARRIVALS: readonly Arrival[] = [
  { gateways: 1, batchSize: 25, batches: 60 },
  { gateways: 1, batchSize: 100, batches: 60 },
  { gateways: 1, batchSize: 500, batches: 30 },
  { gateways: 2, batchSize: 500, batches: 20 },
  { gateways: 4, batchSize: 500, batches: 10 },
]

/** What the compilers see before the first round. */
const WARMUP: readonly Arrival[] = [{ gateways: 1, batchSize: 250, batches: 40 }]

type Place = {
  readonly database: MoneyDatabase
  readonly plane: MoneyPlane
  readonly market: Market
  events: number
}

type Shipped = {
  readonly rate: number
  readonly tookMs: readonly number[]
  readonly planeUs: number
  readonly databaseUs: number
}

/** Measures how many usage events a second are posted, on every PostgreSQL that is there. */
export async function runMoney(
  runId: string,
  rounds: number,
  say: (text: string) => void,
): Promise<MoneyReport> {
  const { databases, missing } = await startDatabases()
  const places: Place[] = []
  try {
    for (const database of databases) {
      const plane = await startMoneyPlane(database)
      for (const pid of [database.pid, plane.pid]) sharePriority(pid)
      places.push({ database, plane, market: await openMarket(plane), events: 0 })
    }
    const syncs: number[] = []
    const results = new Map<string, Shipped[]>()
    // Round 0 warms the compilers up, and is not counted.
    for (let round = 0; round <= rounds; round += 1) {
      if (round > 0) say(`round ${round} of ${rounds}`)
      syncs.push(...probeSync(tmpdir()))
      for (const arrival of round === 0 ? WARMUP : ARRIVALS) {
        for (const place of places) {
          const shipped = await shipOnce(place, arrival)
          if (round === 0) continue
          const key = keyOf(place.database, arrival)
          results.set(key, [...(results.get(key) ?? []), shipped])
          say(`  ${key.padEnd(62)} ${shipped.rate.toFixed(0).padStart(7)} events/s`)
        }
      }
    }
    const sums = []
    for (const { database, plane, market, events } of places) {
      const check = await checkSums(database, plane, market, events)
      sums.push({ ...check, database: database.title })
    }
    return {
      rounds,
      missing,
      sums,
      sync: { p50Ms: percentile(syncs, 0.5), p99Ms: percentile(syncs, 0.99) },
      cells: databases.flatMap((database) =>
        ARRIVALS.map((arrival) =>
          cellOf(runId, database, arrival, results.get(keyOf(database, arrival)) ?? []),
        ),
      ),
    }
  } finally {
    for (const { plane } of places) await plane.stop()
    for (const database of databases) await database.stop()
  }
}

function keyOf({ title }: MoneyDatabase, { gateways, batchSize }: Arrival): string {
  return `${title}: ${gateways} gateways, batches of ${batchSize}`
}

async function shipOnce(place: Place, arrival: Arrival): Promise<Shipped> {
  const { plane, market, database } = place
  const gateways = await Promise.all(
    Array.from({ length: arrival.gateways }, (_, index) =>
      openPlayedGateway(plane, market, index + 1, arrival),
    ),
  )
  const events = arrival.gateways * arrival.batches * arrival.batchSize
  const cpu = (): readonly [number, number] => [
    cpuNanoseconds(processTree(plane.pid)),
    cpuNanoseconds(processTree(database.pid)),
  ]
  const before = cpu()
  const sinceMs = performance.now()
  const tookMs = (await Promise.all(gateways.map((gateway) => gateway.ship()))).flat()
  const seconds = (performance.now() - sinceMs) / 1_000
  const after = cpu()
  place.events += events
  for (const gateway of gateways) await gateway.close()
  return {
    rate: events / seconds,
    tookMs,
    planeUs: (after[0] - before[0]) / 1_000 / events,
    databaseUs: (after[1] - before[1]) / 1_000 / events,
  }
}

function cellOf(
  runId: string,
  { title }: MoneyDatabase,
  arrival: Arrival,
  shipped: readonly Shipped[],
): MoneyCell {
  const make = (unit: Figure['unit'], read: (one: Shipped) => number): Figure =>
    figure(runId, unit, shipped.map(read))
  return {
    database: title,
    arrival,
    rate: make('events/s', ({ rate }) => rate),
    batchP50: make('ms', ({ tookMs }) => percentile(tookMs, 0.5)),
    batchP99: make('ms', ({ tookMs }) => percentile(tookMs, 0.99)),
    planeCpu: make('µs', ({ planeUs }) => planeUs),
    databaseCpu: make('µs', ({ databaseUs }) => databaseUs),
  }
}
