import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'
import { MONTH_ENDS_AT, MONTH_STARTS_AT } from './calendar.ts'
import type { Dice } from './dice.ts'
import type { Agreement, Call, Listing, PriceVersion } from './month.ts'
import { PLAIN_SHAPE, SHAPES_COUNT } from './price-list.ts'

/** Gateways whose journals come as they are written. */
export const PUNCTUAL = ['gateway-1', 'gateway-2', 'gateway-3'] as const
/** Its whole journal comes after the month was invoiced. */
export const LATE = 'gateway-4'
/** Its journal is given up before its end comes. */
export const LOST = 'gateway-5'

const HOUR_MS = 3_600_000
const TOOLS = ['search', 'fetch', 'convert']
/** Other ends than a complete result, as often as they stand here. */
const OTHER_ENDS: readonly CallOutcomeKind[] = [
  'tool_error',
  'tool_error',
  'tool_error',
  'cancelled',
  'cancelled',
  'limit_reached',
  'rpc_error',
  'timeout',
  'upstream_failed',
  'refused',
]

/** Who and what calls are between. */
type Market = {
  readonly payers: readonly string[]
  readonly listings: readonly Listing[]
  readonly prices: readonly PriceVersion[]
  readonly agreements: readonly Agreement[]
  readonly count: number
}

/** Calls by their number, and who wrote which down. */
export type Written = {
  readonly calls: readonly Call[]
  readonly journals: ReadonlyMap<string, readonly number[]>
}

/** Calls from an hour before the month until an hour after it, in no order but their journals'. */
export function callsOf(market: Market, dice: Dice): Written {
  const moments = edgesOf(market)
  const calls: Call[] = []
  for (let number = 0; number < market.count; number += 1) {
    const span = MONTH_ENDS_AT - MONTH_STARTS_AT + 2 * HOUR_MS
    const at = moments[number] ?? MONTH_STARTS_AT - HOUR_MS + dice.below(span)
    const repeated = dice.oneIn(60) ? calls[dice.below(calls.length)] : undefined
    const isRepeat = repeated?.purchase !== undefined && repeated.gateway !== LOST
    calls.push(isRepeat ? againOf(repeated, number, dice) : callOf(market, number, at, dice))
  }
  return { calls, journals: journalsOf(calls, dice) }
}

function callOf(market: Market, number: number, at: number, dice: Dice): Call {
  const gateway = dice.oneIn(200) ? LOST : dice.oneIn(30) ? LATE : PUNCTUAL[dice.below(3)]
  const index = dice.skewed(market.listings.length)
  // What a lost journal claims must be plain to see: a price per call, of which there is one version.
  const isPlain = index % SHAPES_COUNT === PLAIN_SHAPE
  const place = gateway === LOST && !isPlain ? 2 * SHAPES_COUNT : index
  const call = {
    number,
    gateway: gateway ?? LATE,
    at,
    payer: market.payers[dice.skewed(market.payers.length)] ?? '',
    server: market.listings[place]?.name ?? '',
    tool: TOOLS[dice.below(TOOLS.length)] ?? '',
    outcome: outcomeOf(dice),
    ...tokensOf(dice),
  }
  if (gateway === LOST) return call
  return {
    ...call,
    ...(dice.oneIn(20) ? { bid: 1n + BigInt(dice.below(10 ** 9)) * 10n ** 6n } : {}),
    ...(dice.oneIn(4) ? { purchase: `purchase-${number}` } : {}),
  }
}

/** Another attempt at the same purchase, at any gateway, a moment later. */
function againOf(call: Call, number: number, dice: Dice): Call {
  const { bid: _, ...same } = call
  const gateway = PUNCTUAL[dice.below(3)] ?? LATE
  return { ...same, number, gateway, at: call.at + dice.below(5_000), ...tokensOf(dice) }
}

function outcomeOf(dice: Dice): CallOutcomeKind {
  if (!dice.oneIn(12)) return 'complete'
  return OTHER_ENDS[dice.below(OTHER_ENDS.length)] ?? 'complete'
}

function tokensOf(dice: Dice): Pick<Call, 'tokens'> {
  if (dice.oneIn(500)) return {}
  if (dice.oneIn(400)) return { tokens: { input: 2_000_000_000, output: dice.below(9) } }
  return { tokens: { input: dice.skewed(9_000), output: dice.oneIn(9) ? 0 : dice.skewed(4_000) } }
}

/** The moments at which something begins or ends, and their neighbours: the first calls are made then. */
function edgesOf({ prices, agreements }: Market): number[] {
  const edges = new Set([
    MONTH_STARTS_AT,
    MONTH_ENDS_AT,
    ...prices.map(({ startsAt }) => startsAt),
    ...agreements.map(({ startsAt }) => startsAt),
  ])
  return [...edges]
    .filter((at) => at >= MONTH_STARTS_AT)
    .flatMap((at) => [at - 1, at, at + 1, at - 1, at, at + 1])
}

/** In the order of time but for neighbours that overtook each other; one record in some hundreds stands there twice. */
function journalsOf(calls: readonly Call[], dice: Dice): Map<string, number[]> {
  const journals = new Map([...PUNCTUAL, LATE, LOST].map((gateway) => [gateway, [] as number[]]))
  const byTime = calls
    .map((call) => ({ call, endedAt: call.at + dice.below(60_000) }))
    .toSorted((a, b) => a.endedAt - b.endedAt)
  for (const { call } of byTime) {
    const journal = journals.get(call.gateway)
    journal?.push(call.number)
    if (call.gateway !== LOST && dice.oneIn(400)) {
      journal?.push(journal[dice.below(journal.length)] ?? call.number)
    }
  }
  return journals
}
