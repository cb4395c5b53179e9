import fc from 'fast-check'
import { expect, it } from 'vitest'
import { add, AMOUNT_MAX, assetId, formatUnits, money, parseUnits, subtract, USD } from './index.ts'

const amounts = fc.bigInt({ min: -AMOUNT_MAX, max: AMOUNT_MAX })
const scales = fc.integer({ min: 0, max: 30 })

it('an amount survives being written and read, at any scale', () => {
  fc.assert(
    fc.property(amounts, scales, (amount, scale) => {
      const asset = { ...USD, scale }
      expect(parseUnits(formatUnits(amount, asset), asset).amount).toBe(amount)
    }),
  )
})

it('adding and subtracting the same amount changes nothing', () => {
  const half = AMOUNT_MAX / 2n
  const small = fc.bigInt({ min: -half, max: half })
  fc.assert(
    fc.property(small, small, (a, b) => {
      const [x, y] = [money(a, USD.id), money(b, USD.id)]
      expect(subtract(add(x, y), y)).toEqual(x)
    }),
  )
})

it.each(['', ' 1', '1.', '.5', '1e3', '0x1', '1,5', '--1', '1.0000000000000000001', 'NaN', '٣'])(
  'a text that is no exact amount is refused: %j',
  (text) => {
    expect(() => parseUnits(text, USD)).toThrow(RangeError)
  },
)

it('an amount beyond 38 digits is refused, never wrapped', () => {
  expect(() => money(AMOUNT_MAX + 1n, USD.id)).toThrow(RangeError)
  expect(() => add(money(AMOUNT_MAX, USD.id), money(1n, USD.id))).toThrow(RangeError)
})

it('two assets never mix', () => {
  const other = assetId('eip155:8453/erc20:0x833589fcd6edb6e08f4c7c32d4f71b54bda02913')
  expect(() => add(money(1n, USD.id), money(1n, other))).toThrow('cannot add')
})
