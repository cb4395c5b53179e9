import type { CallOutcomeKind } from '@mcp-orchestra/api/journal-record'

/** What a number of units costs, exactly: `amount` atto-USD for `per` of them. */
export type Ratio = { readonly amount: bigint; readonly per: bigint }

/** A range of quantities; the last one has no end. */
export type Band = { readonly upTo?: bigint; readonly rate: Ratio; readonly flat: bigint }

/** What a month's quantity costs (docs/guides/servers-and-prices.md); amounts in atto-USD. */
export type Form = {
  readonly freeUnits: bigint
  readonly minimum: bigint
  readonly maximum?: bigint
} & (
  | { readonly form: 'flat'; readonly amount: bigint }
  | { readonly form: 'unit'; readonly rate: Ratio }
  | { readonly form: 'graduated' | 'volume'; readonly tiers: readonly Band[] }
  | { readonly form: 'package'; readonly size: bigint; readonly amount: bigint }
  | { readonly form: 'percentage'; readonly rate: Ratio; readonly fixed: bigint }
)

/** What is counted. */
export type Counted = 'request' | 'input_token' | 'output_token'

/** A price version as its publisher wrote it down. Times in this folder are epoch milliseconds. */
export type PriceVersion = {
  readonly name: string
  readonly server: string
  /** `*`: every tool without a price of its own. */
  readonly tool: string
  readonly startsAt: number
  readonly perCall: bigint
  readonly components: readonly { readonly meter: Counted; readonly form: Form }[]
  /** The most that one call may cost; none where a call costs its amount. */
  readonly maximum?: bigint
}

/** Who shares what a server earns from a moment on. */
export type Agreement = {
  readonly name: string
  readonly server: string
  readonly startsAt: number
  /** In the order of the waterfall. */
  readonly parties: readonly {
    readonly role: 'affiliate' | 'template_author' | 'co_publisher'
    readonly who: string
    readonly bps: number
  }[]
}

/** A server and whose it is. */
export type Listing = {
  readonly name: string
  readonly publisher: string
  readonly chargesToolErrors: boolean
}

/** One call as everybody saw it. */
export type Call = {
  /** Its place in the month's list: what it is called in every sheet. */
  readonly number: number
  readonly gateway: string
  readonly at: number
  readonly payer: string
  readonly server: string
  readonly tool: string
  readonly outcome: CallOutcomeKind
  /** What the server reported; undefined: nothing that could be read. */
  readonly tokens?: { readonly input: number; readonly output: number }
  /** The caller's own maximum, in atto-USD, where the call turns out to be priced by tokens. */
  readonly bid?: bigint
  /** Attempts of one purchase have one name. */
  readonly purchase?: string
}

/** What of a call is given back. */
export type RefundPart = 'all' | 'half' | 'one unit'

/** What reaches the books, in this order. `from` and `to` are places in a gateway's journal, from 1, both inclusive. */
export type Happening =
  | Batch
  /** The same records again, or some that were applied with some that were not: nothing may come of it. */
  | (Omit<Batch, 'kind'> & { readonly kind: 'repeated' })
  /** Records beyond the next one: refused with an alarm. */
  | (Omit<Batch, 'kind'> & { readonly kind: 'ahead' })
  | { readonly kind: 'refund'; readonly call: number; readonly part: RefundPart }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'lost'; readonly gateway: string }
  | { readonly kind: 'end'; readonly gateway: string }
  /** The night's invoices for a month, written at a moment. */
  | { readonly kind: 'invoices'; readonly month: string; readonly at: number }

/** Records that are applied. */
export type Batch = {
  readonly kind: 'batch'
  readonly gateway: string
  readonly from: number
  readonly to: number
}

/** A month of everything, in plain words: both the product and the recomputation start from it. */
export type SeededMonth = {
  readonly payers: readonly string[]
  readonly publishers: readonly string[]
  /** Who only has shares. */
  readonly sharers: readonly string[]
  /** What each payer paid in, in atto-USD. */
  readonly topUp: bigint
  readonly listings: readonly Listing[]
  readonly prices: readonly PriceVersion[]
  readonly agreements: readonly Agreement[]
  readonly calls: readonly Call[]
  /** Numbers of calls in the order in which each gateway wrote them down; a copy of a record has its number again. */
  readonly journals: ReadonlyMap<string, readonly number[]>
  readonly happenings: readonly Happening[]
}
