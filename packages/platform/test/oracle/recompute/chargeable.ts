import type { Call, Counted, Listing, PriceVersion } from '../month/month.ts'
import type { Rules } from './rules.ts'
import type { Terms } from './terms.ts'

/** Beyond it a person looks at a count (docs/guides/who-pays-for-what.md). */
const ABSURD_TOKENS = 1_000_000_000

/** How many units of each meter a call used. */
type Used = Readonly<Record<Counted, bigint>>

/** What a call is charged by, before what its month held is known. */
export type Chargeable = {
  readonly version: PriceVersion
  readonly used: Used
  /** What its caller would pay at the most: only what is priced by tokens is bid for. */
  readonly bid: bigint | undefined
  readonly isAbsurd: boolean
}

/** Whether a call costs anything at all: undefined, or `unknown` where nobody counted what its price counts. */
export function chargeableOf(
  call: Call,
  terms: Terms,
  rules: Rules,
): Chargeable | 'unknown' | undefined {
  const version = terms.version(call)
  if (version === undefined) return undefined
  const countsTokens = version.components.some(({ meter }) => meter !== 'request')
  if (version.perCall === 0n && version.components.length === 0) return undefined
  const due = dueOf(call, { countsTokens, listing: terms.listing(call.server) }, rules)
  if (due === 'nothing') return undefined
  if (countsTokens && call.tokens === undefined) return due === 'all' ? 'unknown' : undefined
  const { input = 0, output = 0 } = call.tokens ?? {}
  const used = { request: 1n, input_token: BigInt(input), output_token: BigInt(output) }
  const usesAny = version.perCall > 0n || version.components.some(({ meter }) => used[meter] > 0n)
  if (!usesAny) return undefined
  return {
    version,
    used,
    bid: countsTokens ? call.bid : undefined,
    isAbsurd: countsTokens && Math.max(input, output) > ABSURD_TOKENS,
  }
}

/** The published table of who pays for what. */
function dueOf(
  { outcome }: Call,
  { countsTokens, listing }: { readonly countsTokens: boolean; readonly listing: Listing },
  rules: Rules,
): 'all' | 'delivered' | 'nothing' {
  if (outcome === 'complete') return 'all'
  if (outcome === 'tool_error') {
    return rules.toolErrors === 'charged' || listing.chargesToolErrors ? 'all' : 'nothing'
  }
  const isCut = outcome === 'cancelled' || outcome === 'limit_reached'
  const paysParts = countsTokens && rules.cancelledStreams === 'as delivered'
  return isCut && paysParts ? 'delivered' : 'nothing'
}
