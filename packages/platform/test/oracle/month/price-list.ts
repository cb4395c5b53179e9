import type { Counted, Form, PriceVersion, Ratio } from './month.ts'

/** A thousandth of a cent in atto-USD. */
const MILLICENT = 10n ** 13n
/** More than any call of the month costs: it never bites. */
const AMPLE = 10n ** 21n

type Shape = Pick<PriceVersion, 'perCall' | 'components' | 'maximum'>

/** Every form that a call can be priced by; `step` makes versions and servers differ, `salt` makes rates odd. */
const SHAPES: readonly ((step: bigint, salt: bigint) => Shape)[] = [
  (step, salt) => ({ perCall: step * 7n * MILLICENT + salt, components: [] }),
  (step, salt) => metered([request({ form: 'unit', rate: per(step * MILLICENT + salt, 3n) })]),
  (step, salt) => metered([request(tiered(step * MILLICENT, salt))]),
  (step, salt) => metered([request(packageOf(10n, step * 90n * MILLICENT + salt, 7n))]),
  (step, salt) => metered([request(bounded(step * 3n * MILLICENT, salt))]),
  (step, salt) => metered([request({ form: 'flat', amount: step * 999n * MILLICENT + salt })]),
  (step, salt) =>
    metered([
      tokens('input_token', { form: 'unit', rate: per(step * 3n * 10n ** 18n + salt, 10n ** 6n) }),
      tokens('output_token', {
        form: 'unit',
        rate: per(step * 15n * 10n ** 18n + salt, 10n ** 6n),
      }),
    ]),
  (step, salt) => ({
    ...metered([tokens('output_token', tiered(step * 10n ** 10n, salt, 50_000n))]),
    perCall: step * MILLICENT + salt,
  }),
  (step, salt) =>
    metered([
      tokens('input_token', packageOf(1_000n, step * MILLICENT + salt, 0n)),
      tokens('output_token', { form: 'unit', rate: per(step * 10n ** 10n, 7n) }, 5_000n),
    ]),
  // The most that a call may cost is less than many calls would: it bites.
  (step, salt) =>
    metered([tokens('output_token', bounded(step * 10n ** 11n, salt))], step * 10n ** 12n),
  (step, salt) =>
    metered([
      request(packageOf(3n, step * 4n * MILLICENT + salt, 0n)),
      tokens('input_token', tiered(step * 10n ** 9n, salt, 20_000n)),
      tokens('output_token', { form: 'unit', rate: per(step * 10n ** 10n + salt, 11n) }),
    ]),
  () => ({ perCall: 0n, components: [] }),
]

/** How many different shapes there are. */
export const SHAPES_COUNT = SHAPES.length

/** The shapes whose calls cost one amount each: what such a call claims anybody can say. */
export const PLAIN_SHAPE = 0

/** What a call costs by the shape of this number. */
export function shapeOf(number: number, step: bigint, salt: bigint): Shape {
  const shape = SHAPES[number % SHAPES.length]
  if (shape === undefined) throw new RangeError('there is no shape of this number')
  return shape(step, salt)
}

type PlainForm = Form extends infer One ? (One extends Form ? Omit<One, Modifier> : never) : never
type Modifier = 'freeUnits' | 'minimum' | 'maximum'

function metered(components: Shape['components'], maximum = AMPLE): Shape {
  return { perCall: 0n, components, maximum }
}

function request(form: PlainForm | Form): Shape['components'][number] {
  return { meter: 'request', form: whole(form) }
}

function tokens(meter: Counted, form: PlainForm | Form, freeUnits?: bigint) {
  return { meter, form: freeUnits === undefined ? whole(form) : { ...whole(form), freeUnits } }
}

function whole(form: PlainForm | Form): Form {
  return { freeUnits: 0n, minimum: 0n, ...form }
}

function per(amount: bigint, units = 1n): Ratio {
  return { amount, per: units }
}

function tiered(rate: bigint, salt: bigint, width = 20n): Form {
  return whole({
    form: 'graduated',
    tiers: [
      { upTo: width, rate: per(rate * 4n), flat: 0n },
      { upTo: width * 5n, rate: per(rate * 3n + salt, 2n), flat: rate * 2n + salt },
      { rate: per(rate, 3n), flat: salt },
    ],
  })
}

function packageOf(size: bigint, amount: bigint, freeUnits: bigint): Form {
  return { ...whole({ form: 'package', size, amount }), freeUnits }
}

function bounded(rate: bigint, salt: bigint): Form {
  return {
    ...whole({ form: 'unit', rate: per(rate + salt, 13n) }),
    minimum: rate * 2n,
    maximum: rate * 50n + salt,
  }
}
