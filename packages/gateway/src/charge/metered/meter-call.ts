import type { TokenUnits } from '@mcp-orchestra/api/journal-record'
import { countsTokens, unitsOfCall } from '@mcp-orchestra/api/metered-price'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { claimOf } from '@mcp-orchestra/kernel'
import type { CallEnd, CallIntent } from '../charge.ts'
import { meteredBy, tariffOf, type MeteredCall, type TokenUse } from './metered-call.ts'
import { readReportedUsage } from './reported-usage.ts'
import type { TokenCounter } from './token-counter.ts'

/**
 * What a call that is to be charged costs: by what the server reports, else by what the listing's tokenizer counts.
 * Nobody knows: nothing, and the record says so. Never more than `reserved`. Of a stream that its server metered
 * chunk by chunk, a total at the end may only lower the bill (spending §4.14); what a tokenizer counted of one is the
 * least that its result holds.
 */
export async function meterCall(
  counter: TokenCounter,
  { price, reserved, intent }: { price: PriceEntity; reserved: bigint; intent: CallIntent },
  end: CallEnd,
  streamed?: TokenUse,
): Promise<MeteredCall> {
  const tariff = tariffOf(price)
  if (!countsTokens(tariff)) return { amount: claimOf(tariff, unitsOfCall(undefined), reserved) }
  const reported = readReportedUsage(end.usageText)
  if (streamed?.from === 'server') {
    const metered = meteredBy(price, streamed, reserved)
    if (reported === undefined) return metered
    const total = meteredBy(price, { units: reported, from: 'server' }, reserved)
    return total.amount < metered.amount ? total : metered
  }
  if (reported !== undefined) return meteredBy(price, { units: reported, from: 'server' }, reserved)
  const counted = await countedUnits(counter, price, intent, end)
  const units = atLeast(counted, streamed?.units)
  if (units === undefined) return { amount: 0n, unitsFrom: 'missing' }
  return meteredBy(price, { units, from: 'tokenizer' }, reserved)
}

function atLeast(
  counted: TokenUnits | undefined,
  streamed: TokenUnits | undefined,
): TokenUnits | undefined {
  if (counted === undefined || streamed === undefined) return counted ?? streamed
  return {
    input: Math.max(counted.input, streamed.input),
    output: Math.max(counted.output, streamed.output),
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
