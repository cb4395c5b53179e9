import type { IntentRecord, OutcomeRecord, UsageRecord } from '@mcp-orchestra/api/journal-record'
import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { USD } from '@mcp-orchestra/kernel'
import type { JournalEntry } from '../record/index.ts'
import type { CallEnd, CallIntent } from './charge.ts'
import type { MeteredCall } from './metered/metered-call.ts'

/** Everything that was fixed when the call began (spending §2.7). */
export type CallTerms = {
  readonly intent: CallIntent
  readonly price: PriceEntity | undefined
  readonly leaseId: string | null
  readonly reserved: bigint
  readonly purchaseId: string | null
  readonly mandateId?: string | undefined
  readonly snapshotVersion: number
}

/** The one record that every call leaves. */
export function usageEntry(
  terms: CallTerms,
  end: CallEnd & MeteredCall & { readonly atMs: number },
): JournalEntry {
  const { intent, price, purchaseId } = terms
  const { caller, server } = intent
  const record: UsageRecord = {
    kind: 'usage',
    id: intent.callId,
    atMs: end.atMs,
    leaseId: terms.leaseId,
    payerId: caller.organizationId,
    keyId: caller.keyId,
    memberId: caller.memberId,
    serverId: server.id,
    publisherId: server.organizationId,
    method: intent.method,
    tool: clip(intent.target),
    priceId: price?.id ?? null,
    feeBps: price?.feeBps ?? 0,
    asset: price?.asset ?? USD.id,
    reserved: terms.reserved.toString(),
    amount: end.amount.toString(),
    ...(end.units === undefined ? {} : { units: end.units }),
    ...(end.unitsFrom === undefined ? {} : { unitsFrom: end.unitsFrom }),
    outcome: end.outcome,
    purchaseId,
    ...(terms.mandateId === undefined ? {} : { mandateId: terms.mandateId }),
    attempt: intent.attempt,
    snapshotVersion: terms.snapshotVersion,
    durationMs: end.durationMs,
    requestBytes: intent.requestBytes,
    resultBytes: end.resultBytes,
    ...(intent.toolHash === undefined ? {} : { toolHash: intent.toolHash }),
  }
  return { kind: 'usage', keyed: purchaseId !== null, text: JSON.stringify(record) }
}

/**
 * What a stream cost so far, as the record that a crash leaves of it: whoever finds it without its call's own record
 * puts it in that one's place (spending §4.14).
 */
export function checkpointEntry(
  terms: CallTerms,
  so: MeteredCall & { readonly atMs: number; readonly durationMs: number },
): JournalEntry {
  const { text } = usageEntry(terms, { ...CUT_OFF, ...so })
  // NOTE: never keyed: its purchase stays one whose end is unknown, and is not run again.
  return { kind: 'checkpoint', keyed: false, text }
}

const CUT_OFF = { outcome: 'cancelled', resultBytes: 0, resultText: undefined } as const

/** Says before the upstream call that money is at stake; its id is the usage record's, which resolves it. */
export function intentEntry(
  terms: CallTerms & { readonly leaseId: string },
  note: { readonly atMs: number; readonly opensCase: boolean },
): JournalEntry {
  const { intent, purchaseId } = terms
  const record: IntentRecord = {
    kind: 'intent',
    id: intent.callId,
    atMs: note.atMs,
    leaseId: terms.leaseId,
    payerId: intent.caller.organizationId,
    serverId: intent.server.id,
    tool: clip(intent.target),
    reserved: terms.reserved.toString(),
    purchaseId,
    opensCase: note.opensCase,
  }
  return { kind: 'intent', keyed: purchaseId !== null, text: JSON.stringify(record) }
}

/** What a record keeps of a tool's name or a resource's URI: a caller may send megabytes. */
const TARGET_CHARS_MAX = 1_024

function clip(target: string): string {
  return target.length <= TARGET_CHARS_MAX ? target : `${target.slice(0, TARGET_CHARS_MAX - 1)}…`
}

/** A stored outcome also names its usage event, which the receipt of a repeat quotes. */
export type StoredOutcome = OutcomeRecord & { readonly eventId: string }

/** Keeps the result of a keyed purchase on this disk. */
export function outcomeEntry(outcome: Omit<StoredOutcome, 'kind'>): JournalEntry {
  const { sealed, ...rest } = outcome
  const head = JSON.stringify({ kind: 'outcome', ...rest }).slice(0, -1)
  // NOTE: base64 needs no escaping, and looking for what does was a third of a keyed call's cost.
  const text = sealed === null ? `${head},"sealed":null}` : `${head},"sealed":"${sealed}"}`
  return { kind: 'outcome', keyed: true, text }
}
