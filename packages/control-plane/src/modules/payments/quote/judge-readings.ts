import { rate, type Instant, type Rate } from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import { differsByMoreThan } from './exact-rate.ts'
import type { Answer, QuoteSource, Reading } from './source.ts'

/** Sources that are further apart than this, in percent, are not averaged: one of them is wrong. */
export const DEVIATION_PERCENT_MAX = 2n
/** A stablecoin further from one USD than this, in percent, is not one at the moment. */
export const DEPEG_PERCENT_MAX = 1n
/** A reading from further in the future than this, in ms: its clock, or ours, is wrong. */
export const FUTURE_MS_MAX = 30_000
const ONE_USD = rate(1n)
/** No asset's whole unit costs more than a trillion USD, or less than a trillionth. */
const USD_MAX = rate(10n ** 12n)
const USD_MIN = rate(1n, 10n ** 12n)

/** A source and what it answered. */
export type Answered = { readonly source: QuoteSource; readonly answer: Answer }
/** The reading to quote by. */
export type Chosen = { readonly source: QuoteSource; readonly reading: Reading }

/**
 * The reading of the first source, in order of rank, that is fresh and sound; or a refusal, never a guess. Every
 * other fresh and sound reading must agree with it, and a stablecoin must be worth about what it promises.
 */
export function judgeReadings(answers: readonly Answered[], now: Instant): Chosen {
  const judged = answers
    .toSorted((a, b) => a.source.rank - b.source.rank || (a.source.name < b.source.name ? -1 : 1))
    .map(({ source, answer }) => ({ source, answer, fault: faultOf(source, answer, now) }))
  const usable = judged.flatMap(({ source, answer, fault }) =>
    fault === undefined && answer.kind === 'read' ? { source, reading: answer.reading } : [],
  )
  const [chosen] = usable
  if (chosen === undefined) {
    const sources = judged.map(({ source, fault }) => `${source.name}: ${fault ?? ''}`)
    throw refuse('payments.quote_unavailable', { members: { sources }, retryAfterSeconds: 1 })
  }
  const { usdPerWhole } = chosen.reading
  const names = usable.map(({ source }) => source.name)
  const isFar = (percent: bigint, from: Rate) =>
    usable.some(({ reading }) => differsByMoreThan(percent, from, reading.usdPerWhole))
  if (isFar(DEVIATION_PERCENT_MAX, usdPerWhole)) {
    throw refuse('payments.quote_deviation', { members: { sources: names }, retryAfterSeconds: 1 })
  }
  if (chosen.source.asset.stablecoin && isFar(DEPEG_PERCENT_MAX, ONE_USD)) {
    throw refuse('payments.quote_depegged', { members: { sources: names }, retryAfterSeconds: 1 })
  }
  return chosen
}

function faultOf(source: QuoteSource, answer: Answer, now: Instant): string | undefined {
  if (answer.kind === 'failed') return answer.reason
  const { usdPerWhole, updatedAt } = answer.reading
  if (usdPerWhole.numerator <= 0n) return 'the price is not above zero'
  if (isMore(usdPerWhole, USD_MAX) || isMore(USD_MIN, usdPerWhole)) return 'the price is absurd'
  if (updatedAt - now > FUTURE_MS_MAX) return 'the price is of the future'
  if (now - updatedAt > source.heartbeatMs) return 'the price is stale'
  return undefined
}

function isMore(a: Rate, b: Rate): boolean {
  return a.numerator * b.denominator > b.numerator * a.denominator
}
