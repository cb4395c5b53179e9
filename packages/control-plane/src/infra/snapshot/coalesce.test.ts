import { expect, test } from 'vitest'
import { coalesce } from './coalesce.ts'

test('of many who ask during a run, all share one more run that begins after it', async () => {
  let runs = 0
  const gates: (() => void)[] = []
  const ask = coalesce(async () => {
    runs += 1
    const number = runs
    await new Promise<void>((resolve) => gates.push(resolve))
    return number
  })
  const first = ask()
  const others = [ask(), ask(), ask()]
  gates[0]?.()
  expect(await first).toBe(1)
  await Promise.resolve()
  while (gates[1] === undefined) await Promise.resolve()
  gates[1]()
  expect(await Promise.all(others)).toEqual([2, 2, 2])
  expect(runs).toBe(2)
})

test('a failed run fails whoever asked for it, and the next one runs', async () => {
  let runs = 0
  const ask = coalesce(() => {
    runs += 1
    return runs === 1 ? Promise.reject(new Error('down')) : Promise.resolve('up')
  })
  const first = ask()
  const second = ask()
  await expect(first).rejects.toThrow('down')
  expect(await second).toBe('up')
})
