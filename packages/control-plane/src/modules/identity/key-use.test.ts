import { createIds, instant, systemClock } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastMinutes } from './key-use.ts'

const ids = createIds(systemClock)
const keys = [ids.make('key'), ids.make('key'), ids.make('key')]
const use = fc
  .record({ keyId: fc.constantFrom(...keys), atMs: fc.nat(10 * 60_000) })
  .map(({ keyId, atMs }) => ({ keyId, at: instant(atMs) }))

test('a use is told to the minute, never later than it was, and the latest of each key counts', () => {
  fc.assert(
    fc.property(fc.array(use), (uses) => {
      const minutes = lastMinutes(uses)
      for (const keyId of keys) {
        const own = uses.filter((one) => one.keyId === keyId).map(({ at }) => at)
        const minute = minutes.get(keyId)
        if (minute === undefined) {
          expect(own).toEqual([])
          continue
        }
        const last = Math.max(...own)
        expect(minute % 60_000).toBe(0)
        expect(last - minute).toBeGreaterThanOrEqual(0)
        expect(last - minute).toBeLessThan(60_000)
      }
    }),
  )
})
