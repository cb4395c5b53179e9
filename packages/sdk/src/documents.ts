import type { components } from './generated/openapi.ts'

type Documents = components['schemas']

/** A registered MCP server. */
export type Server = Documents['Server']
/** A server in a list, with what the list says of it: state, latency, tools, prices. */
export type ListedServer = Documents['ListedServer']
/** How a server is reached, with every secret value redacted. */
export type ServerTransport = NonNullable<Server['transport']>
/** How tokens for a server are got, without its secrets. */
export type UpstreamAuthOfServer = Documents['UpstreamAuthOfServer']
/** How tokens for a server shall be got. */
export type UpstreamAuth = Documents['UpstreamAuth']
/** An account at a server behind the gateway. */
export type Connection = Documents['Connection']
/** The caller's account at a server, and its organization's. */
export type ServerConnection = Documents['ServerConnection']
/** Where to authorize, or the connection when nobody has to. */
export type StartedConnection = Documents['StartedConnection']
/** What became of the tokens of an account that was disconnected. */
export type Disconnected = Documents['Disconnected']
/** What the gateways see of a server; the seed's `HealthStatus`. */
export type HealthStatus = Documents['ServerHealth']
/** A tool as it was last listed by its server. */
export type Tool = Documents['Tool']
/** What an OpenAPI document would become: its operations as tools, and what was left out and why. */
export type OpenApiPreview = Documents['OpenApiPreview']
/** An API key without its secret. */
export type ApiKey = Documents['ApiKey']
/** A key that was just made: the only time its secret is known. */
export type IssuedKey = Documents['IssuedKey']
/** One permission of the catalogue: `resource:action`. */
export type Permission = Documents['Permission']
/** Which servers and tools a key may call. */
export type GrantRule = Documents['GrantRule']
/** A customer: it owns servers, keys and a balance. */
export type Organization = Documents['Organization']
/** An organization that was just made, with its first key when asked for. */
export type FoundedOrganization = Documents['FoundedOrganization']
/** A one-time link that lets a member sign in and set a password. */
export type SignInLink = Documents['SignInLink']
/** What an organization can spend, and what is leased to gateways. */
export type Balance = Documents['Balance']
/** Money that was added. */
export type TopUp = Documents['TopUp']
/** A lease: money that one gateway may spend without asking. */
export type LeaseExposure = Documents['Lease']
/** A hard cap with what its window has used. */
export type Cap = Documents['Cap']
/** A project or an agent that keys spend for. */
export type KeyGroup = Documents['KeyGroup']
/** What a key or an agent may buy, for how much and until when. */
export type Mandate = Documents['Mandate']
/** That spending was stopped, and whether it was resumed. */
export type Stop = Documents['Stop']
/** One call as it was journalled. */
export type UsageEvent = Documents['UsageEvent']
/** What charged calls of one tool came to in one month. */
export type UsageSum = Documents['UsageSum']
/** An asset that the books are kept in. */
export type Asset = Documents['Asset']
/** A call as the platform vouches for it, with its signature. */
export type SignedReceipt = Documents['SignedReceipt']
/** Why a call cost what it did. */
export type CallDecision = Documents['CallDecision']
/** The public keys that receipts are verified with: a JWK Set. */
export type ReceiptKeys = Documents['ReceiptKeys']
/** An amount of USD in another asset, with its signature. */
export type Quote = Documents['Quote']
/** Where rates of an asset come from. */
export type QuoteSource = Documents['QuoteSource']
/** A source as an operator wants it. */
export type QuoteSourceWish = Documents['PutQuoteSource']
/** Who got what of a server's calls of a month. */
export type Distribution = Documents['Distribution']
/** What a payer contests of a call. */
export type Dispute = Documents['Dispute']
/** A version of who shares what a server earns. */
export type ShareAgreement = Documents['ShareAgreement']
/** Money of a call that went back to its payer. */
export type Refund = Documents['Refund']
/** A signing key and its state, without its private half. */
export type SigningKey = Documents['SigningKey']
/** An account of the ledger. */
export type LedgerAccount = Documents['LedgerAccount']
/** One debit and one credit of the same amount. */
export type LedgerTransfer = Documents['LedgerTransfer']
/** One line of the audit trail. */
export type AuditEntry = Documents['AuditEntry']
/** Who an organization is on its invoices. */
export type BillingProfile = Documents['BillingProfile']
/** An invoice, a self-billing invoice or a credit note: it never changes. */
export type Invoice = Documents['Invoice']
/** What an invoice would say now. */
export type InvoicePreview = Documents['InvoicePreview']
/** What a reconciliation compared, and every difference that it found. */
export type Reconciliation = Documents['Reconciliation']
/** A page of an account's statement: what it held before and after a period, and what moved it. */
export type Statement = Documents['Statement']
/** Every account with its debits and credits, and their sum. */
export type TrialBalance = Documents['TrialBalance']
/** A version of a tool's price. */
export type Price = Documents['Price']
/** What an organization counts by itself. */
export type Meter = Documents['Meter']
/** Something that happened, to report. */
export type MeterEvent = Documents['MeterEvent']
/** How many reported events were new, and how many known. */
export type TrackedEvents = Documents['TrackedEvents']
/** What a meter measured, window by window. */
export type MeterUsage = Documents['MeterUsage']
/** What a meter measured of one subject. */
export type MeterSubject = Documents['MeterSubject']
/** A price that was just set, and the gateways that have not applied it yet. */
export type ChangedPrice = Documents['ChangedPrice']
/** Who the caller is. */
export type Me = Documents['Me']
/** The platform as a whole. */
export type PlatformStatus = Documents['Status']
/** Something about money that a person has to look at. */
export type Case = Documents['Case']
/** What a lost gateway process still held. */
export type DeclaredLost = Documents['DeclaredLost']
/** The number of the database's history. */
export type LedgerEpoch = Documents['LedgerEpoch']
/** Where and how a publisher is paid; its account is never shown. */
export type Payee = Documents['Payee']
/** Where a publisher wants to be paid: its own balance, or a bank account. */
export type PayoutDestination = Documents['PayoutDestination']
/** Earnings on their way to a publisher. */
export type Payout = Documents['Payout']
/** What became of a payout that was carried out by hand. */
export type PayoutReport = Documents['PayoutReport']
/** Where the amount of a payout comes from, line by line. */
export type PayoutStatement = Documents['PayoutStatement']
