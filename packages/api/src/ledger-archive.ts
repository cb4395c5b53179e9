/** The form of an archive; a later one has another number. */
export const ARCHIVE_VERSION = 1

/** Debits posted, credits posted, debits held, credits held; decimals of atomic units. */
export type ArchiveSums = readonly [string, string, string, string]

/**
 * One line of an archive: JSON, in this order: header, assets, accounts, transfers, closings, end. Days are
 * in UTC, `to` is the first that is not in it; times have microseconds, amounts are decimals.
 */
export type ArchiveLine =
  | { readonly line: 'archive'; readonly version: 1; readonly from: string; readonly to: string }
  | {
      readonly line: 'asset'
      readonly asset: string
      readonly code: string
      readonly scale: number
    }
  | {
      readonly line: 'account'
      readonly name: string
      readonly asset: string
      readonly opening: ArchiveSums
    }
  | {
      readonly line: 'transfer'
      readonly id: string
      readonly seq: string
      readonly kind: 'X' | 'H' | 'P' | 'V'
      readonly at: string
      readonly debit: string
      readonly credit: string
      readonly asset: string
      readonly amount: string
      readonly holdId: string | null
      readonly holdAmount: string | null
      readonly link: string | null
      readonly reference: string | null
      readonly expiresAt: string | null
    }
  | {
      readonly line: 'closing'
      readonly name: string
      readonly asset: string
      readonly closing: ArchiveSums
    }
  | {
      readonly line: 'end'
      readonly transfers: number
      /** Per asset, what was posted. */
      readonly moved: Readonly<Record<string, string>>
      /** Hash over all lines before this one, in hexadecimal. */
      readonly chain: string
    }

type Check = (value: unknown) => boolean

const like =
  (form: RegExp): Check =>
  (value) =>
    typeof value === 'string' && form.test(value)
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const count: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const name = like(/^\S{1,286}$/)
const day = like(/^\d{4}-\d\d-\d\d$/)
const moment = like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
const uuid = like(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const amount = like(/^[1-9]\d{0,37}$/)
const sum = like(/^(0|-?[1-9]\d{0,37})$/)
const sums: Check = (value) => Array.isArray(value) && value.length === 4 && value.every(sum)

/** What each member of each line is. Without a schema library: browsers load this, too. */
const MEMBERS: Readonly<Record<ArchiveLine['line'], Readonly<Record<string, Check>>>> = {
  archive: { version: (value) => value === ARCHIVE_VERSION, from: day, to: day },
  asset: { asset: name, code: name, scale: count },
  account: { name, asset: name, opening: sums },
  transfer: {
    id: uuid,
    seq: like(/^[1-9]\d{0,17}$/),
    kind: like(/^[XHPV]$/),
    at: moment,
    debit: name,
    credit: name,
    asset: name,
    amount,
    holdId: orNull(uuid),
    holdAmount: orNull(amount),
    link: orNull(uuid),
    reference: orNull(like(/^[^]{1,200}$/u)),
    expiresAt: orNull(moment),
  },
  closing: { name, asset: name, closing: sums },
  end: {
    transfers: count,
    moved: (value) => isRecord(value) && Object.values(value).every(sum),
    chain: like(/^[0-9a-f]{64}$/),
  },
}

/** Whether a value is a line of an archive, with every member that it needs. */
export function isArchiveLine(value: unknown): value is ArchiveLine {
  if (!isRecord(value)) return false
  const { line } = value
  if (typeof line !== 'string' || !Object.hasOwn(MEMBERS, line)) return false
  const members = MEMBERS[line as ArchiveLine['line']]
  return Object.entries(members).every(([member, check]) => check(value[member]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An archive that is not whole, or was changed; the message is a sentence with the line's number. */
export class ArchiveBroken extends Error {
  override name = 'ArchiveBroken'
}

/** What an archive proves. */
export type ArchiveProof = {
  readonly from: string
  readonly to: string
  readonly accounts: number
  readonly transfers: number
  /** Per asset, what was posted, in atomic units. */
  readonly moved: Readonly<Record<string, string>>
  readonly chain: string
}

/** Where the chain begins. */
export const CHAIN_START = '0'.repeat(64)

/** The next link: SHA-256 over the link before in hexadecimal and the line, both as UTF-8. */
export async function nextLink(before: string, line: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(before + line))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
