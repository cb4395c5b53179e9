import { assert } from './assert.ts'

/** Quotient rounded towards minus infinity; the remainder stays with the divided side. */
export function divFloor(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, 'the denominator is positive')
  const quotient = numerator / denominator
  return numerator % denominator < 0n ? quotient - 1n : quotient
}

/** Quotient rounded towards plus infinity; the missing part is added to the divided side. */
export function divCeil(numerator: bigint, denominator: bigint): bigint {
  return -divFloor(-numerator, denominator)
}
