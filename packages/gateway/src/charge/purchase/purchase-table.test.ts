import { expect, it } from 'vitest'
import { createFakeTime } from '../../record/testing.ts'
import { createPurchaseTable } from './purchase-table.ts'

const CALL = { requestDigest: 'a', safeToRepeat: false }

it('remembers a bounded number of purchases, forgets the oldest end first, and never one in flight', async () => {
  const table = createPurchaseTable({ clock: createFakeTime(), purchasesMax: 3 })
  const inFlight = await table.find('pur_open', CALL)
  for (let n = 0; n < 10; n += 1) {
    const finding = await table.find(`pur_${n}`, CALL)
    if (finding.kind !== 'claimed') throw new Error(finding.kind)
    const place = { incarnationId: 'inc_1', seq: n }
    finding.claim.complete({ eventId: `evt_${n}`, place, resultText: null })
  }
  expect(table.size).toBe(4)
  expect(['pur_6', 'pur_7', 'pur_9'].map((id) => table.knows(id))).toEqual([false, true, true])
  expect(table.knows('pur_open')).toBe(true)
  if (inFlight.kind === 'claimed') inFlight.claim.release()
  expect(table.knows('pur_open')).toBe(false)
})

it('ends a purchase once', async () => {
  const table = createPurchaseTable({ clock: createFakeTime() })
  const finding = await table.find('pur_1', CALL)
  if (finding.kind !== 'claimed') throw new Error(finding.kind)
  finding.claim.release()
  expect(() => finding.claim.lose()).toThrow('a purchase ends once')
})
