import { amountOf } from '@mcp-orchestra/api/amount'
import type { ShippedRecord } from '@mcp-orchestra/api/gateway-link'
import { JournalPayload } from '@mcp-orchestra/api/journal-record'
import {
  assetId,
  fromRfc3339,
  instant,
  parseId,
  type Id,
  type IdPrefix,
} from '@mcp-orchestra/kernel'
import type { EntryBody, JournalEntry } from './entry.ts'

/**
 * No record may claim more than a trillion dollars (atto-USD): sums of such claims over any journal
 * stay within `numeric(38,0)`, so a garbled amount can open a case but never stop the journal.
 */
export const CLAIM_MAX = 10n ** 30n
/** How much of an unreadable record is kept in its case, in characters. */
const EXCERPT_CHARS = 2_000
/** Times that `timestamptz` and people understand; outside of them the clock or the record is broken. */
const EARLIEST_AT = fromRfc3339('2000-01-01T00:00:00Z')
const LATEST_AT = fromRfc3339('9999-12-31T23:59:59Z')
const NUL = '\u0000'

class Unreadable extends Error {}

/** Decodes a record; never throws: what cannot be understood becomes an entry of its own kind. */
export function readEntry(record: ShippedRecord): JournalEntry {
  return { ...readBody(record.payload), seq: record.seq }
}

function readBody(payload: string | null): EntryBody {
  if (payload === null) return { kind: 'kept' }
  try {
    return bodyOf(parsePayload(payload))
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return {
      kind: 'unreadable',
      reason: storable(error.message),
      excerpt: storable(payload.slice(0, EXCERPT_CHARS)),
    }
  }
}

function parsePayload(payload: string): JournalPayload {
  let json: unknown
  try {
    json = JSON.parse(payload)
  } catch (error) {
    throw new Unreadable('it is not JSON', { cause: error })
  }
  const parsed = JournalPayload.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Unreadable(
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a journal record'}`,
  )
}

function bodyOf(payload: JournalPayload): EntryBody {
  switch (payload.kind) {
    case 'usage':
      return {
        kind: 'usage',
        call: {
          id: idOf('evt', payload.id),
          at: instantOf(payload.atMs),
          leaseId: payload.leaseId === null ? null : idOf('les', payload.leaseId),
          payerId: idOf('org', payload.payerId),
          keyId: idOf('key', payload.keyId),
          memberId: payload.memberId === null ? null : idOf('mbr', payload.memberId),
          serverId: idOf('srv', payload.serverId),
          publisherId: idOf('org', payload.publisherId),
          method: textOf(payload.method),
          tool: textOf(payload.tool),
          priceId: payload.priceId === null ? null : idOf('prc', payload.priceId),
          feeBps: payload.feeBps,
          asset: assetOf(payload.asset),
          reserved: claimOf(payload.reserved),
          amount: claimOf(payload.amount),
          ...(payload.units === undefined ? {} : { units: payload.units }),
          ...(payload.unitsFrom === undefined ? {} : { unitsFrom: payload.unitsFrom }),
          outcome: payload.outcome,
          purchaseId: payload.purchaseId === null ? null : idOf('pur', payload.purchaseId),
          mandateId: payload.mandateId === undefined ? null : idOf('mdt', payload.mandateId),
          attempt: payload.attempt,
          snapshotVersion: payload.snapshotVersion,
          durationMs: payload.durationMs,
          requestBytes: payload.requestBytes,
          resultBytes: payload.resultBytes,
          toolHash: payload.toolHash ?? null,
        },
      }
    case 'intent':
      return {
        kind: 'intent',
        intent: {
          id: idOf('evt', payload.id),
          at: instantOf(payload.atMs),
          leaseId: idOf('les', payload.leaseId),
          payerId: idOf('org', payload.payerId),
          serverId: idOf('srv', payload.serverId),
          tool: textOf(payload.tool),
          reserved: claimOf(payload.reserved),
          purchaseId: payload.purchaseId === null ? null : idOf('pur', payload.purchaseId),
          opensCase: payload.opensCase,
        },
      }
    case 'lease_return':
      return {
        kind: 'lease_return',
        leaseId: idOf('les', payload.leaseId),
        amount: claimOf(payload.amount),
      }
    case 'lease_close':
      return { kind: 'lease_close', leaseId: idOf('les', payload.leaseId) }
    case 'incarnation_end':
      return { kind: 'incarnation_end' }
    case 'outcome':
      return { kind: 'kept' }
  }
}

function idOf<P extends IdPrefix>(prefix: P, text: string): Id<P> {
  const id = parseId(prefix, text)
  if (id === undefined) throw new Unreadable(`an id of kind ${prefix} is malformed`)
  return id
}

function claimOf(text: string): bigint {
  const amount = amountOf(text)
  if (amount > CLAIM_MAX) throw new Unreadable('an amount is beyond all reason')
  return amount
}

function instantOf(epochMs: number) {
  if (epochMs < EARLIEST_AT || epochMs > LATEST_AT) throw new Unreadable('the time is out of range')
  return instant(epochMs)
}

// PostgreSQL holds every character but NUL, and no half of a surrogate pair.
function textOf(text: string): string {
  if (text !== storable(text)) throw new Unreadable('a name holds characters that are none')
  return text
}

/** A text as a case can keep it. */
function storable(text: string): string {
  return text.replaceAll(NUL, '\u2400').toWellFormed()
}

function assetOf(text: string) {
  try {
    return assetId(textOf(text))
  } catch (error) {
    throw new Unreadable('the asset is malformed', { cause: error })
  }
}
