import fc from 'fast-check'
import type { Meter, PriceComponent, PriceForm, PriceModifiers, Rate, Tier } from '../index.ts'

/** A quantity that a window may hold. */
export const anyQuantity: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: 0n, max: 50n }),
  fc.bigInt({ min: 0n, max: 10n ** 9n }),
)

const amount = fc.oneof(fc.bigInt({ min: 0n, max: 100n }), fc.bigInt({ min: 0n, max: 10n ** 20n }))

const anyRate: fc.Arbitrary<Rate> = fc.record({
  numerator: amount,
  denominator: fc.oneof(fc.constant(1n), fc.bigInt({ min: 1n, max: 1_000_003n })),
})

const anyTiers: fc.Arbitrary<Tier[]> = fc
  .array(
    fc.record({
      width: fc.bigInt({ min: 1n, max: 40n }),
      rate: anyRate,
      flat: fc.option(amount, { nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((steps) => {
    let end = 0n
    return steps.map(({ width, rate, flat }, index) => {
      end += width
      return { upTo: index === steps.length - 1 ? undefined : end, rate, flat }
    })
  })

const anyModifiers: fc.Arbitrary<PriceModifiers> = fc
  .record({
    freeUnits: fc.option(fc.bigInt({ min: 0n, max: 30n }), { nil: undefined }),
    limits: fc.tuple(amount, amount),
    isAtLeast: fc.boolean(),
    isAtMost: fc.boolean(),
  })
  .map(({ freeUnits, limits: [a, b], isAtLeast, isAtMost }) => ({
    freeUnits,
    minimum: isAtLeast ? (a < b ? a : b) : undefined,
    maximum: isAtMost ? (a < b ? b : a) : undefined,
  }))

/** Any form with any modifiers. */
export const anyForm: fc.Arbitrary<PriceForm> = fc
  .tuple(
    fc.oneof(
      fc.record({ form: fc.constant('flat' as const), amount }),
      fc.record({ form: fc.constant('unit' as const), rate: anyRate }),
      fc.record({ form: fc.constant('graduated' as const), tiers: anyTiers }),
      fc.record({ form: fc.constant('volume' as const), tiers: anyTiers }),
      fc.record({
        form: fc.constant('package' as const),
        size: fc.bigInt({ min: 1n, max: 40n }),
        amount,
      }),
      fc.record({ form: fc.constant('percentage' as const), rate: anyRate, fixed: amount }),
    ),
    anyModifiers,
  )
  .map(([form, modifiers]) => ({ ...form, ...modifiers }))

/** At most one component for each of the meters. */
export function anyComponents(meters: readonly Meter[]): fc.Arbitrary<PriceComponent[]> {
  return fc
    .subarray([...meters])
    .chain((chosen) => fc.tuple(...chosen.map((meter) => anyForm.map((form) => ({ meter, form })))))
}
