import { mkdtempSync, rmSync } from 'node:fs'
import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { openJournal, systemTimers } from '../record/index.ts'
import { keepEvents } from '../record/testing.ts'
import { createCharging } from './charging.ts'
import { createFakeLeases, startChargeBench, TEST_PRICE, endOf } from './testing.ts'
const root = mkdtempSync('/tmp/h3/perf-')
const ids = createIds(systemClock)
const inc = ids.make('inc')
const journal = await openJournal({
  root,
  incarnationId: inc,
  timers: systemTimers,
  events: keepEvents(),
})
const leases = createFakeLeases(10n ** 18n)
leases.leaseMax = 10n ** 15n
const bench = await startChargeBench()
const charging = createCharging({
  incarnationId: inc,
  journal,
  leases,
  clock: systemClock,
  ids,
  timers: systemTimers,
  replica: {
    version: 1,
    epoch: 1,
    settings: () => bench.settings,
    priceOf: (_, t) => (t === 'paid' ? TEST_PRICE : undefined),
    capsOf: () => [],
    staleMs: () => 0,
    refresh: async () => true,
  },
  readOutcome: async () => undefined,
})
const resultText = JSON.stringify({ content: [{ type: 'text', text: 'x'.repeat(500) }] })
async function run(n: number, conc: number, keyed: boolean, target: string) {
  let i = 0
  const lat: number[] = []
  async function w() {
    while (i < n) {
      i++
      const t0 = performance.now()
      const d = await charging.begin(
        bench.call({
          callId: ids.make('evt'),
          target,
          ...(keyed ? { idempotencyKey: `${Math.random()}` } : {}),
          safeToRepeat: true,
        }),
      )
      if (d.kind !== 'proceed') throw new Error(JSON.stringify(d))
      await d.charge.settle(endOf({ resultText }))
      lat.push(performance.now() - t0)
    }
  }
  const c0 = process.threadCpuUsage(),
    t = performance.now(),
    p0 = process.cpuUsage()
  await Promise.all(Array.from({ length: conc }, w))
  const c = process.threadCpuUsage(c0),
    p = process.cpuUsage(p0),
    ms = performance.now() - t
  lat.sort((a, b) => a - b)
  console.log({
    n,
    conc,
    keyed,
    target,
    perSec: Math.round((n / ms) * 1000),
    mainUs: +((c.user + c.system) / n).toFixed(1),
    allUs: +((p.user + p.system) / n).toFixed(1),
    p50: lat[n >> 1]?.toFixed(2),
    p99: lat[Math.floor(n * 0.99)]?.toFixed(2),
  })
}
// makers
let t = performance.now()
for (let k = 0; k < 50000; k++) bench.call({ callId: ids.make('evt') })
console.log('maker us', ((performance.now() - t) / 50).toFixed(1))
await run(5000, 64, false, 'paid')
for (const conc of [1, 32, 256]) {
  await run(conc === 1 ? 3000 : 30000, conc, false, 'paid')
  await run(conc === 1 ? 3000 : 30000, conc, true, 'paid')
}
await run(30000, 64, false, 'free')
await charging.drain()
await journal.close()
rmSync(root, { recursive: true })
