import type { TokenUnits, UnitsFrom } from '@mcp-orchestra/api/journal-record'
import { countsTokens, tariffOfPrice, unitsOfCall } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { claimOf, type Tariff } from '@mcp-orchestra/kernel'
import type { CallEnd, CallIntent } from '../charge.ts'
import { readReportedUsage } from './reported-usage.ts'
import type { TokenCounter } from './token-counter.ts'

/** What a charged call costs at the most, and what it used where that decides. */
export type MeteredCall = {
  readonly amount: bigint
  readonly units?: TokenUnits
  readonly unitsFrom?: UnitsFrom
}

/** Reading a price is most of what metering costs; a version never changes. */
const tariffs = new WeakMap<PriceEntity, Tariff>()

/** All that a call costs by a price. */
export function tariffOf(price: PriceEntity): Tariff {
  const known = tariffs.get(price)
  if (known !== undefined) return known
  const tariff = tariffOfPrice(price)
  tariffs.set(price, tariff)
  return tariff
}

/**
 * What a call that is to be charged costs: by what the server reports, else by what the listing's tokenizer counts.
 * Nobody knows: nothing, and the record says so. Never more than `reserved`.
 */
export async function meterCall(
  counter: TokenCounter,
  { price, reserved, intent }: { price: PriceEntity; reserved: bigint; intent: CallIntent },
  end: CallEnd,
): Promise<MeteredCall> {
  const tariff = tariffOf(price)
  if (!countsTokens(tariff)) return { amount: claimOf(tariff, unitsOfCall(undefined), reserved) }
  const reported = readReportedUsage(end.usageText)
  const units = reported ?? (await countedUnits(counter, price, intent, end))
  if (units === undefined) return { amount: 0n, unitsFrom: 'missing' }
  return {
    amount: claimOf(tariff, unitsOfCall(units), reserved),
    units,
    unitsFrom: reported === undefined ? 'tokenizer' : 'server',
  }
}

/** A result that was not held cannot be counted. */
async function countedUnits(
  counter: TokenCounter,
  { metered }: PriceEntity,
  { argumentsText }: CallIntent,
  { resultText }: CallEnd,
): Promise<TokenUnits | undefined> {
  const tokenizer = metered?.tokenizer
  if (tokenizer === undefined || resultText === undefined) return undefined
  return counter.count({ tokenizer, input: argumentsText ?? '', resultText })
}
