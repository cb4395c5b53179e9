import { assert } from './assert.ts'
import type { Clock } from './instant.ts'

/** What each kind of id is called on the wire. */
export const ID_PREFIXES = {
  org: 'organization',
  mbr: 'member',
  srv: 'server',
  key: 'API key',
  prc: 'price version',
  prj: 'project',
  agt: 'agent',
  cap: 'hard cap',
  stp: 'stop of spending',
  mdt: 'mandate',
  les: 'lease',
  inc: 'gateway incarnation',
  evt: 'usage event',
  txn: 'ledger transfer',
  pur: 'purchase',
  cas: 'case',
  rcn: 'reconciliation',
  quo: 'quote',
  req: 'request',
  adt: 'audit entry',
  inv: 'invoice',
  pay: 'payout',
  str: 'payment stream',
  mtr: 'meter',
  rfd: 'refund',
  shr: 'agreement on shares',
  dsp: 'dispute',
} as const

/** The prefix of an id. */
export type IdPrefix = keyof typeof ID_PREFIXES

/** A prefixed, sortable id: `srv_` and 26 characters of Crockford base32 over a UUIDv7 (RFC 9562 §5.7). */
export type Id<P extends IdPrefix> = string & { readonly __id: P }

/** Where ids come from; made in a service, never in SQL. */
export interface Ids {
  make<P extends IdPrefix>(prefix: P): Id<P>
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const ENCODED_CHARS = 26

/** Random bytes are drawn this many at a time: one call of the generator serves 409 ids. */
const RANDOM_POOL_BYTES = 4_090
const RANDOM_BYTES_PER_ID = 10

/** Ids of the machine: UUIDv7 from the given clock and 74 random bits. */
export function createIds(
  clock: Clock,
  random: (bytes: Uint8Array<ArrayBuffer>) => void = fillRandom,
): Ids {
  const pool = new Uint8Array(RANDOM_POOL_BYTES)
  let used = pool.length
  return {
    make(prefix) {
      if (used === pool.length) {
        random(pool)
        used = 0
      }
      const bytes = new Uint8Array(16)
      writeEpochMs(bytes, Math.trunc(clock.now()))
      for (let index = 0; index < RANDOM_BYTES_PER_ID; index += 1) {
        bytes[6 + index] = pool[used + index] ?? 0
      }
      used += RANDOM_BYTES_PER_ID
      setVersion(bytes, 7)
      return encodeId(prefix, bytes)
    },
  }
}

function fillRandom(bytes: Uint8Array<ArrayBuffer>): void {
  crypto.getRandomValues(bytes)
}

function writeEpochMs(bytes: Uint8Array, epochMs: number): void {
  // NOTE: not by a DataView: its ArrayBuffer would lie outside of the heap, with a malloc and a sweep for each id.
  let rest = epochMs
  for (let index = 5; index >= 0; index -= 1) {
    bytes[index] = rest % 256
    rest = Math.floor(rest / 256)
  }
}

/** Version and variant bits (RFC 9562 §4.1, §4.2). */
function setVersion(bytes: Uint8Array, version: number): void {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
}

/** 128 bits as 26 digits of 5 bits, the first of which holds only 3. */
function encodeId<P extends IdPrefix>(prefix: P, bytes: Uint8Array): Id<P> {
  assert(bytes.length === 16, 'an id has 16 bytes')
  let text = `${prefix}_`
  let bits = 0
  let pending = PADDING_BITS
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff
    pending += 8
    while (pending >= 5) {
      pending -= 5
      text += ALPHABET[(bits >> pending) & 31]
    }
  }
  return text as Id<P>
}

/** 26 digits carry 130 bits: two zeros come first. */
const PADDING_BITS = 2

/** Parses an id of one kind; undefined when it is not one (a stranger's text is never trusted). */
export function parseId<P extends IdPrefix>(prefix: P, text: string): Id<P> | undefined {
  if (text.length !== prefix.length + 1 + ENCODED_CHARS || !text.startsWith(`${prefix}_`)) {
    return undefined
  }
  const body = text.slice(prefix.length + 1)
  return /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(body) ? (text as Id<P>) : undefined
}

/** The UUID that SQL stores for an id. */
export function toUuid(id: Id<IdPrefix>): string {
  let value = 0n
  for (const char of id.slice(id.indexOf('_') + 1)) {
    const digit = ALPHABET.indexOf(char)
    assert(digit >= 0, `not an id: ${id}`)
    value = (value << 5n) | BigInt(digit)
  }
  const hex = value.toString(16).padStart(32, '0')
  assert(hex.length === 32, `not an id: ${id}`)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The id of a UUID that came from SQL. */
export function fromUuid<P extends IdPrefix>(prefix: P, uuid: string): Id<P> {
  const hex = uuid.replaceAll('-', '')
  assert(/^[0-9a-f]{32}$/.test(hex), `not a UUID: ${uuid}`)
  return encodeId(
    prefix,
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
  )
}

/**
 * An id that the same 16 bytes always give: for transfers and charges whose name is derived from what
 * they are, so that writing them twice is writing them once. Version 8 (RFC 9562 §5.8).
 */
export function deriveId<P extends IdPrefix>(prefix: P, digest: Uint8Array): Id<P> {
  const bytes = Uint8Array.from(digest.subarray(0, 16))
  assert(bytes.length === 16, 'a derived id needs at least 16 bytes of digest')
  setVersion(bytes, 8)
  return encodeId(prefix, bytes)
}
