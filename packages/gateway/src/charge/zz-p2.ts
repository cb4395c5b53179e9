import { createIds, systemClock, deriveId } from '@mcp-orchestra/kernel'
import { purchaseIdOf } from './purchase.ts'
import { sealOutcome } from './outcome-seal.ts'
import { usageEntry } from './call-entries.ts'
import { startChargeBench, TEST_PRICE, endOf } from './testing.ts'
const ids = createIds(systemClock)
const bench = await startChargeBench()
const intent = bench.call()
function time(name: string, f: () => unknown) { for (let i = 0; i < 5000; i++) f(); const c = process.threadCpuUsage(); for (let i = 0; i < 20000; i++) f(); const d = process.threadCpuUsage(c); console.log(name, ((d.user + d.system) / 20000).toFixed(2), 'us') }
time('ids.make', () => ids.make('evt'))
const dig = Buffer.alloc(32, 3)
time('deriveId', () => deriveId('pur', dig))
time('purchaseIdOf', () => purchaseIdOf({ payerId: 'org_', keyId: 'key', serverId: 's', tool: 't', idempotencyKey: 'abc' }))
const key = Buffer.alloc(32, 1), text = 'x'.repeat(600)
time('seal', () => sealOutcome(text, 'pur_1', key))
time('usage', () => usageEntry({ intent, price: TEST_PRICE, leaseId: 'les', reserved: 10n, purchaseId: null, snapshotVersion: 1 }, { ...endOf(), amount: 10n, atMs: 1 }))
