import { createSeededRandom } from '../../faults/seeded-random.ts'

/** Numbers that a seed always gives in the same order. */
export type Dice = {
  /** A whole number from zero to below a bound. */
  below(bound: number): number
  /** The same, and most are small: the first of a list are the busiest. */
  skewed(bound: number): number
  /** One chance in so many. */
  oneIn(count: number): boolean
}

/** Dice of a seed. */
export function createDice(seed: number): Dice {
  const random = createSeededRandom(seed)
  return {
    below: (bound) => Math.floor(random() * bound),
    skewed: (bound) => Math.floor(random() ** 3 * bound),
    oneIn: (count) => random() * count < 1,
  }
}
