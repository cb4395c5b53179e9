import { assert } from './assert.ts'
import type { Asset, AssetId } from './asset.ts'

/** An amount in the smallest unit of its asset. Never a float; may be negative only where named. */
export type Money = { readonly amount: bigint; readonly asset: AssetId }

/** Money as it travels: a decimal string of atomic units and the asset (architecture §10). */
export type MoneyWire = { readonly amount: string; readonly asset: string }

/** The largest absolute amount: what `numeric(38,0)` holds in SQL. */
export const AMOUNT_MAX: bigint = 10n ** 38n - 1n

/** Makes money of atomic units; throws RangeError beyond {@link AMOUNT_MAX}. */
export function money(amount: bigint, asset: AssetId): Money {
  if (amount > AMOUNT_MAX || amount < -AMOUNT_MAX) {
    throw new RangeError('an amount has at most 38 digits')
  }
  return { amount, asset }
}

/** Sum of two amounts of the same asset; mixing assets is a bug. */
export function add(a: Money, b: Money): Money {
  assert(a.asset === b.asset, `cannot add ${a.asset} and ${b.asset}`)
  return money(a.amount + b.amount, a.asset)
}

/** Difference of two amounts of the same asset; mixing assets is a bug. */
export function subtract(a: Money, b: Money): Money {
  return add(a, { amount: -b.amount, asset: b.asset })
}

/**
 * Parses a decimal number of whole units ("0.001") into atomic units, exactly.
 * Throws RangeError when it is no plain decimal or has more places than the asset.
 */
export function parseUnits(text: string, asset: Asset): Money {
  const match = /^(-?)(\d{1,38})(?:\.(\d{1,38}))?$/.exec(text)
  if (match === null) throw new RangeError(`not a decimal amount: ${JSON.stringify(text)}`)
  const fraction = match[3] ?? ''
  if (fraction.length > asset.scale) {
    throw new RangeError(`${asset.code} has ${asset.scale} decimal places, got ${fraction.length}`)
  }
  const digits = BigInt(`${match[2]}${fraction.padEnd(asset.scale, '0')}`)
  return money(match[1] === '-' ? -digits : digits, asset.id)
}

/** Writes atomic units as a plain decimal of whole units, without trailing zeros ("0.001"). */
export function formatUnits(amount: bigint, asset: Asset): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(asset.scale + 1, '0')
  const whole = digits.slice(0, digits.length - asset.scale)
  const fraction = digits.slice(digits.length - asset.scale).replace(/0+$/, '')
  return `${amount < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** Money for the wire: `{"amount":"1000000000000000","asset":"USD"}`. */
export function toWire(value: Money): MoneyWire {
  return { amount: value.amount.toString(), asset: value.asset }
}
