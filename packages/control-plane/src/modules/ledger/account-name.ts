import { parseId, type Id } from '@mcp-orchestra/kernel'

/** The name of a ledger account: whose it is and what for, e.g. `org:org_…:available`. */
export type AccountName = string & { readonly __accountName: unique symbol }

/** The platform's own accounts and what each is for. */
export const PLATFORM_ACCOUNTS = {
  fees: 'what the platform earned',
  top_ups: 'the other side of every deposit; debit-normal, so its balance is negative',
  suspense: 'money that arrived too late to be anyone’s; each amount has a case',
  loss: 'what the platform bears',
} as const

/** One of {@link PLATFORM_ACCOUNTS}. */
export type PlatformAccount = keyof typeof PLATFORM_ACCOUNTS

/** What a name says: whose account, and what for. */
export type AccountParts =
  | { readonly role: 'available'; readonly organizationId: Id<'org'> }
  | {
      readonly role: 'leased'
      readonly organizationId: Id<'org'>
      readonly incarnationId: Id<'inc'>
    }
  | { readonly role: 'accrued' | 'payable'; readonly organizationId: Id<'org'> }
  | { readonly role: 'platform'; readonly account: PlatformAccount }

/** What the database enforces for an account. */
export type AccountRules = {
  /** Debits, posted and held, never exceed posted credits. */
  readonly debitLimited: boolean
  /** Balance rows; more than one only where nothing is limited, so that writers do not queue. */
  readonly shards: number
}

/** Writers on one machine number about its cores; 16 rows keep them apart (infra.md 2.3: 0.95 of no contention). */
const FEE_SHARDS = 16

/** Makes account names; there is no other way to a new one. */
export const accountNames = {
  /** What a payer may still spend. */
  available: (org: Id<'org'>): AccountName => `org:${org}:available` as AccountName,
  /** What a payer has lent to one gateway process. */
  leased: (org: Id<'org'>, inc: Id<'inc'>): AccountName =>
    `org:${org}:leased:${inc}` as AccountName,
  /** What a publisher earned and was not yet made payable. */
  accrued: (org: Id<'org'>): AccountName => `publisher:${org}:accrued` as AccountName,
  /** What a publisher may be paid out. */
  payable: (org: Id<'org'>): AccountName => `publisher:${org}:payable` as AccountName,
  /** An account of the platform itself. */
  platform: (account: PlatformAccount): AccountName => `platform:${account}` as AccountName,
} as const

/** Reads a name; undefined when it is none of ours. */
export function parseAccountName(text: string): AccountParts | undefined {
  const parts = text.split(':')
  const [owner, id = '', role, extra] = parts
  if (owner === 'platform' && parts.length === 2 && isPlatformAccount(id)) {
    return { role: 'platform', account: id }
  }
  const organizationId = parseId('org', id)
  if (organizationId === undefined) return undefined
  if (owner === 'org' && role === 'available' && parts.length === 3) return { role, organizationId }
  if (owner === 'org' && role === 'leased' && parts.length === 4) {
    const incarnationId = parseId('inc', extra ?? '')
    return incarnationId === undefined ? undefined : { role, organizationId, incarnationId }
  }
  if (owner === 'publisher' && (role === 'accrued' || role === 'payable') && parts.length === 3) {
    return { role, organizationId }
  }
  return undefined
}

/** The organization that an account belongs to; undefined for the platform's own. */
export function ownerOf(name: AccountName): Id<'org'> | undefined {
  const parts = parseAccountName(name)
  return parts === undefined || parts.role === 'platform' ? undefined : parts.organizationId
}

/** Whether a text names an account. */
export function isAccountName(text: string): text is AccountName {
  return parseAccountName(text) !== undefined
}

/** The rules of an account follow from its name, so that two openers cannot disagree. */
export function rulesOf(name: AccountName): AccountRules {
  const parts = parseAccountName(name)
  if (parts?.role !== 'platform') return { debitLimited: true, shards: 1 }
  return { debitLimited: false, shards: parts.account === 'fees' ? FEE_SHARDS : 1 }
}

function isPlatformAccount(text: string): text is PlatformAccount {
  return Object.hasOwn(PLATFORM_ACCOUNTS, text)
}
