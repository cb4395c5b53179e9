import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlotList } from './slot-list.ts'

test('whatever comes and goes, it holds what a set would hold, in no more slots than were ever needed at once', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(20), { nil: undefined })), (steps) => {
      const list = new SlotList<{ name: number }>()
      const held: { slot: number; item: { name: number } }[] = []
      let most = 0
      for (const [name, step] of steps.entries()) {
        if (step === undefined || held.length === 0) {
          const item = { name }
          held.push({ slot: list.add(item), item })
        } else {
          const [gone] = held.splice(step % held.length, 1)
          if (gone === undefined) throw new Error('nothing was held')
          expect(list.remove(gone.slot, gone.item)).toBe(true)
          expect(list.remove(gone.slot, gone.item)).toBe(false)
        }
        most = Math.max(most, held.length)
        expect(list.size).toBe(held.length)
        const names = list.filter(() => true).map((item) => item.name)
        expect(names.toSorted((a, b) => a - b)).toEqual(
          held.map(({ item }) => item.name).toSorted((a, b) => a - b),
        )
        expect(Math.max(-1, ...held.map(({ slot }) => slot))).toBeLessThan(most)
      }
    }),
  )
})
