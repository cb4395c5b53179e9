import { assert, parseId, type Id } from '@mcp-orchestra/kernel'
import { CHART, type AccountClass, type AccountForm, type NamePart } from './chart.ts'

/** The name of a ledger account: whose it is and what for, e.g. `org:org_…:available`. */
export type AccountName = string & { readonly __accountName: unique symbol }

/** What a name says: its form in the chart of accounts, and the parts that vary. */
export type AccountParts = {
  readonly form: AccountForm
  readonly organizationId: Id<'org'> | undefined
  readonly parts: Readonly<Partial<Record<NamePart, string>>>
}

/** What the database enforces for an account. */
export type AccountRules = {
  /** Debits, posted and held, never exceed posted credits. */
  readonly debitLimited: boolean
  /** Credits, posted and held, never exceed posted debits. */
  readonly creditLimited: boolean
  /** Balance rows; more than one only where nothing is limited, so that writers do not queue. */
  readonly shards: number
}

/** The platform's accounts that no part varies of. */
export type PlatformAccount =
  Exclude<AccountForm, `${string}<${string}`> extends `platform:${infer Account}` ? Account : never

/** Makes account names; there is no other way to a new one. */
export const accountNames = {
  /** What a payer may still spend. */
  available: (org: Id<'org'>): AccountName => nameOf('org:<org>:available', { org }),
  /** What a payer has lent to one gateway process. */
  leased: (org: Id<'org'>, inc: Id<'inc'>): AccountName =>
    nameOf('org:<org>:leased:<inc>', { org, inc }),
  /** What a payer may spend but not withdraw. */
  credit: (org: Id<'org'>): AccountName => nameOf('org:<org>:credit', { org }),
  /** What a publisher, co-publisher or affiliate earned and was not yet made payable. */
  accrued: (org: Id<'org'>): AccountName => nameOf('publisher:<org>:accrued', { org }),
  /** What a publisher may be paid out. */
  payable: (org: Id<'org'>): AccountName => nameOf('publisher:<org>:payable', { org }),
  /** What is kept back of a publisher's earnings. */
  reserve: (org: Id<'org'>): AccountName => nameOf('publisher:<org>:reserve', { org }),
  /** What a publisher owes. */
  owedByPublisher: (org: Id<'org'>): AccountName => nameOf('receivable:publisher:<org>', { org }),
  /** What a payer owes on invoices. */
  owedByPayer: (org: Id<'org'>): AccountName => nameOf('receivable:org:<org>', { org }),
  /** An account of the platform itself. */
  platform: (account: PlatformAccount): AccountName => nameOf(`platform:${account}`, {}),
  /** The platform's position against an asset, by the asset's code. */
  quotes: (asset: string): AccountName => nameOf('platform:quotes:<asset>', { asset }),
  /** What a rail holds or has under way. */
  clearing: (rail: string): AccountName => nameOf('rail:<rail>:clearing', { rail }),
  /** Tax to be paid to a jurisdiction (ISO 3166). */
  tax: (jurisdiction: string): AccountName =>
    nameOf('tax:<jurisdiction>:payable', { jurisdiction }),
  /** What a named bearer lost. */
  loss: (bearer: string): AccountName => nameOf('loss:<bearer>', { bearer }),
} as const

/** What each varying part of a name looks like. Codes of assets: {@link ASSET_CODE}. */
const READERS: Readonly<Record<NamePart, (text: string) => boolean>> = {
  org: (text) => parseId('org', text) !== undefined,
  inc: (text) => parseId('inc', text) !== undefined,
  asset: (text) => ASSET_CODE.test(text),
  rail: (text) => /^[a-z][a-z0-9-]{0,31}$/.test(text),
  jurisdiction: (text) => /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/.test(text),
  bearer: (text) => /^[a-z][a-z_]{0,31}$/.test(text),
}

/** The code of an asset: a ticker, of an account's name too, so without colons and spaces. */
export const ASSET_CODE = /^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$/

type Segment = { readonly text: string } | { readonly part: NamePart }

/** The forms of the chart, cut at the colons. */
const FORMS = Object.keys(CHART).map((form) => ({
  form: form as AccountForm,
  segments: form.split(':').map(segmentOf),
}))

function segmentOf(text: string): Segment {
  return text.startsWith('<') ? { part: text.slice(1, -1) as NamePart } : { text }
}

/** Reads a name; undefined when it is none of ours. */
export function parseAccountName(text: string): AccountParts | undefined {
  const words = text.split(':')
  for (const { form, segments } of FORMS) {
    const parts = matchSegments(segments, words)
    if (parts === undefined) continue
    return { form, organizationId: parseId('org', parts.org ?? ''), parts }
  }
  return undefined
}

function matchSegments(
  segments: readonly Segment[],
  words: readonly string[],
): Partial<Record<NamePart, string>> | undefined {
  if (segments.length !== words.length) return undefined
  const parts: Partial<Record<NamePart, string>> = {}
  for (const [index, segment] of segments.entries()) {
    const word = words[index] ?? ''
    if ('text' in segment) {
      if (segment.text !== word) return undefined
    } else if (READERS[segment.part](word)) parts[segment.part] = word
    else return undefined
  }
  return parts
}

/** The organization that an account belongs to; undefined for the platform's own. */
export function ownerOf(name: AccountName): Id<'org'> | undefined {
  return parseAccountName(name)?.organizationId
}

/** Whether a text names an account. */
export function isAccountName(text: string): text is AccountName {
  return parseAccountName(text) !== undefined
}

/** The rules of an account follow from its form in the chart. */
export function rulesOf(name: AccountName): AccountRules {
  const form = parseAccountName(name)?.form
  assert(form !== undefined, 'an account name was made by accountNames')
  const { normal, limited, shards }: AccountClass = CHART[form]
  return {
    debitLimited: limited && normal === 'credit',
    creditLimited: limited && normal === 'debit',
    shards,
  }
}

function nameOf(form: AccountForm, parts: Partial<Record<NamePart, string>>): AccountName {
  const name = form.replaceAll(/<(\w+)>/g, (_, part: NamePart) => parts[part] ?? '')
  if (!isAccountName(name)) throw new RangeError(`not the name of an account: ${name}`)
  return name
}
