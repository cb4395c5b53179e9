import type { Agreement, Call, Listing, PriceVersion, SeededMonth } from '../month/month.ts'
import type { Rules } from './rules.ts'

/** Prices and agreements that hold when a call is made. */
export type Terms = {
  listing(server: string): Listing
  version(call: Call): PriceVersion | undefined
  agreement(call: Call): Agreement | undefined
}

/** Reads the price list as a person would: the newest line of the tool that has started, else of the server. */
export function termsOf(month: SeededMonth, { versionOf }: Rules): Terms {
  const listings = new Map(month.listings.map((one) => [one.name, one]))
  const prices = Map.groupBy(month.prices, ({ server, tool }) => `${server} ${tool}`)
  const agreements = Map.groupBy(month.agreements, ({ server }) => server)
  const momentOf = ({ at }: Call) => (versionOf === 'the call' ? at : Number.POSITIVE_INFINITY)
  return {
    listing(server) {
      const found = listings.get(server)
      if (found === undefined) throw new RangeError(`${server} is not listed`)
      return found
    },
    version(call) {
      const started = ({ startsAt }: PriceVersion) => startsAt <= momentOf(call)
      return (
        prices.get(`${call.server} ${call.tool}`)?.findLast(started) ??
        prices.get(`${call.server} *`)?.findLast(started)
      )
    },
    agreement(call) {
      const found = agreements
        .get(call.server)
        ?.findLast(({ startsAt }) => startsAt <= momentOf(call))
      return found === undefined || found.parties.length === 0 ? undefined : found
    },
  }
}
