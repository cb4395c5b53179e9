import type { AuditLog } from '@mcp-orchestra/api/audit'
import type { Principal } from '@mcp-orchestra/api/permission'
import {
  assetId,
  fromRfc3339,
  instant,
  parseId,
  toRfc3339,
  type AssetId,
  type Clock,
  type Id,
  type Ids,
  type Transaction,
  type Transactions,
} from '@mcp-orchestra/kernel'
import { refuse } from '../problems.ts'
import { canonicalText, type Signer } from '../signing/signer.ts'
import { convert } from './convert.ts'
import { perSmallestUnit } from './exact-rate.ts'
import { judgeReadings, type Chosen } from './judge-readings.ts'
import { putSource, removeSource, type SourceWish } from './manage-sources.ts'
import type { QuoteSourceStore, QuoteStore, QuoteUse } from './ports.ts'
import { QUOTE_TTL_MS, QUOTE_TYPE, type Quote, type SignedQuote } from './quote.ts'
import type { SourceReader } from './read-sources.ts'
import type { QuoteSource } from './source.ts'

/** A quote is forgotten when it expired this long ago and was not used, in ms. */
const KEPT_MS = 86_400_000
/** Quotes forgotten in one run of the job. */
const PRUNED_MAX = 10_000
/** A quote of ours from further in the future than this, in ms, says that the clock went back. */
const CLOCK_BACK_MS_MAX = 1_000

/** Signed, expiring quotes of USD in another asset, from sources that operators name. */
export interface Quotes {
  /** Quotes so many atto-USD in an asset, or refuses. Audited. */
  make(principal: Principal, wish: { usdAtto: bigint; asset: string }): Promise<SignedQuote>
  /** For the organization that it was made for, or the operator. */
  find(principal: Principal, id: string): Promise<SignedQuote>
  /**
   * For rails, in the transaction of the payment: takes a quote as it was presented, once. Refuses one that is
   * forged, expired, used otherwise or of another organization; the same use again answers the same.
   */
  use(
    tx: Transaction,
    presented: SignedQuote,
    use: QuoteUse & { readonly organizationId: Id<'org'> },
  ): Promise<Quote>
  sources(): Promise<QuoteSource[]>
  putSource(principal: Principal, wish: SourceWish): Promise<QuoteSource>
  removeSource(principal: Principal, name: string): Promise<void>
  /** A job: forgets quotes that nobody used. Returns how many. */
  prune(): Promise<number>
}

/** What quotes are made of. */
export type QuotesDeps = {
  readonly transactions: Transactions
  readonly quotes: QuoteStore
  readonly quoteSources: QuoteSourceStore
  readonly sourceReader: SourceReader
  readonly signer: Pick<Signer, 'open' | 'verifier'>
  readonly audit: AuditLog
  readonly clock: Clock
  readonly ids: Ids
  readonly issuer: string
}

/** Makes the quotes of the platform. */
export function createQuotes(deps: QuotesDeps): Quotes {
  const { transactions, quotes, quoteSources, signer, clock } = deps

  /** Outside of any transaction: nobody's locks wait for a stranger's server. */
  async function chooseReading(asset: AssetId): Promise<Chosen> {
    const { sources, verify } = await transactions.run(async (tx) => ({
      sources: await quoteSources.ofAsset(tx, asset),
      verify: await signer.verifier(tx),
    }))
    if (sources.length === 0) throw refuse('payments.quote_asset_unknown')
    return judgeReadings(await deps.sourceReader.readAll(sources, verify), clock.now())
  }

  return {
    async make(principal, { usdAtto, asset }) {
      const { organizationId } = principal
      const { source, reading } = await chooseReading(assetIdOf(asset))
      return transactions.run(async (tx) => {
        const rate = perSmallestUnit(reading.usdPerWhole, source.asset.scale)
        const carry = await quotes.carry(tx, organizationId, source.asset.id)
        const { amount, carriedIn, carriedOut } = convert(usdAtto, rate, carry)
        const now = clock.now()
        const fresh = reading.updatedAt + source.heartbeatMs
        const quote: Quote = {
          type: QUOTE_TYPE,
          issuer: deps.issuer,
          id: deps.ids.make('quo'),
          organizationId,
          usdAtto: usdAtto.toString(),
          asset: source.asset.id,
          amount: amount.toString(),
          rate: { numerator: rate.numerator.toString(), denominator: rate.denominator.toString() },
          rounding: 'up',
          carriedIn: carriedIn.toString(),
          carriedOut: carriedOut.toString(),
          source: source.name,
          updatedAt: toRfc3339(reading.updatedAt),
          createdAt: toRfc3339(now),
          expiresAt: toRfc3339(instant(Math.min(now + QUOTE_TTL_MS, fresh))),
        }
        const sign = await signer.open(tx)
        const text = canonicalText({ quote, signature: sign(quote) })
        const signed = JSON.parse(text) as SignedQuote
        await quotes.add(tx, signed)
        await deps.audit.record(tx, {
          organizationId,
          actor: principal.keyId ?? principal.memberId ?? 'system',
          action: 'quote.made',
          target: quote.id,
          detail: { usdAtto: quote.usdAtto, asset: quote.asset, amount: quote.amount },
        })
        return signed
      })
    },
    async find({ organizationId, permissions }, text) {
      const id = parseId('quo', text)
      const found =
        id === undefined ? undefined : await transactions.run((tx) => quotes.find(tx, id))
      const mayRead =
        found?.quote.organizationId === organizationId || permissions.has('platform:operate')
      if (found === undefined || !mayRead) throw refuse('payments.quote_not_found')
      return found
    },
    async use(tx, presented, { rail, reference, organizationId }) {
      const { quote, signature } = presented
      const id = parseId('quo', quote.id)
      const stored = id === undefined ? undefined : await quotes.find(tx, id)
      if (id === undefined || stored === undefined || quote.organizationId !== organizationId) {
        throw refuse('payments.quote_not_found')
      }
      const verify = await signer.verifier(tx)
      if (!verify(quote, signature) || canonicalText(stored) !== canonicalText(presented)) {
        throw refuse('payments.quote_forged')
      }
      const asset = assetId(quote.asset)
      // Before the use is written: two payments of one payer come one after another.
      const carry = await quotes.lockCarry(tx, organizationId, asset)
      const now = clock.now()
      const used = await quotes.useOf(tx, id)
      // Before its time is looked at: who repeats a payment hears the same, however late.
      if (used?.rail === rail && used.reference === reference) return quote
      if (used !== undefined) throw refuse('payments.quote_used')
      if (
        now >= fromRfc3339(quote.expiresAt) ||
        now + CLOCK_BACK_MS_MAX < fromRfc3339(quote.createdAt)
      ) {
        throw refuse('payments.quote_expired')
      }
      const carriedIn = BigInt(quote.carriedIn)
      if (carry < carriedIn) throw refuse('payments.quote_outdated')
      await quotes.addUse(tx, id, { rail, reference }, now)
      const left = carry - carriedIn + BigInt(quote.carriedOut)
      await quotes.saveCarry(tx, organizationId, asset, left)
      return quote
    },
    sources: () => transactions.run((tx) => quoteSources.all(tx)),
    putSource: (principal, wish) => putSource(deps, principal, wish),
    removeSource: (principal, name) => removeSource(deps, principal, name),
    prune: () =>
      transactions.run((tx) => quotes.prune(tx, instant(clock.now() - KEPT_MS), PRUNED_MAX)),
  }
}

function assetIdOf(text: string): AssetId {
  try {
    return assetId(text)
  } catch (cause) {
    throw refuse('payments.quote_asset_unknown', { cause })
  }
}
