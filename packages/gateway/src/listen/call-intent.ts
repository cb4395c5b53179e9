import {
  META_ATTEMPT,
  META_IDEMPOTENCY_KEY,
  META_MANDATE,
  META_MAX_CHARGE,
  META_PRICE_VERSION,
  META_SESSION,
} from '@mcp-orchestra/api/mcp-meta'
import { AmountText, amountOf } from '@mcp-orchestra/api/amount'
import { assetId, money, type Ids, type Money } from '@mcp-orchestra/kernel'
import { z } from 'zod'
import type { CallIntent } from '../charge/charge.ts'
import { headerOf, type HeaderBag } from '../protocol/codec.ts'
import { metaText, paramText, targetOf, type Message } from '../protocol/message.ts'
import { requestDigest } from '../protocol/request-digest.ts'
import { SESSION_HEADER } from '../route/purchase-forwarder.ts'
import type { ToolCatalog } from '../route/tool-catalog.ts'
import type { Call } from '../upstream/call.ts'
import type { ClientRequest } from './client-request.ts'
import { refuseListen } from './problems.ts'

/** The methods whose calls are recorded; only tools have prices for now. */
const RECORDED_METHODS = new Set(['tools/call', 'prompts/get', 'resources/read'])
/** The longest name of a session, in characters: as long as an MCP session id of ours may be. */
const SESSION_CHARS_MAX = 4_096
/** The longest idempotency key, in characters: a UUID, a hash, a URL. */
const IDEMPOTENCY_KEY_CHARS_MAX = 255
/** Money on the wire, as the SDK sends it. */
const MaxCharge = z.object({ amount: AmountText, asset: z.string().min(1).max(286) })

/** Whether a method's calls go through the charge path. */
export function isRecorded(method: string): boolean {
  return RECORDED_METHODS.has(method)
}

/** What the caller wants to buy, from the request's own words: key, maximum, price version, attempt. */
export function intentOf(
  request: ClientRequest,
  call: Call,
  parts: { ids: Ids; catalog: ToolCatalog },
): CallIntent {
  const { message, headers, caller } = request
  const { server, requestBytes } = call.facts
  const target = call.facts.target ?? targetOf(message) ?? ''
  const key = idempotencyKeyOf(message, headers)
  if (key !== undefined && (key === '' || key.length > IDEMPOTENCY_KEY_CHARS_MAX)) {
    throw invalid(`the idempotency key has 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} characters`)
  }
  return {
    callId: parts.ids.make('evt'),
    caller,
    server,
    method: message.method,
    target,
    idempotencyKey: key,
    session: sessionOf(request),
    mandateId: metaString(message, META_MANDATE),
    // Only keyed purchases compare it.
    get requestDigest() {
      return requestDigest(server.id, message, target)
    },
    attempt: metaCount(message, META_ATTEMPT) ?? 1,
    maxCharge: maxChargeOf(message),
    expectedPriceVersion: metaCount(message, META_PRICE_VERSION),
    agreedPriceVersion:
      request.handle?.kind === 'state' ? request.handle.state.priceVersion : undefined,
    safeToRepeat: message.method !== 'tools/call' || parts.catalog.safeToRepeat(server.id, target),
    toolHash:
      message.method === 'tools/call' ? parts.catalog.definitionHash(server.id, target) : undefined,
    requestBytes,
    // Only a tokenizer reads it.
    get argumentsText() {
      return paramText(message, 'arguments')
    },
  }
}

/** The purchase's key: of the header, else of `_meta`; undefined makes every call a purchase of its own. */
export function idempotencyKeyOf(message: Message, headers: HeaderBag): string | undefined {
  return headerOf(headers, 'idempotency-key') ?? metaString(message, META_IDEMPOTENCY_KEY)
}

/** What the caller calls its conversation; else the MCP session, which a modern client does not have. */
function sessionOf({ message, headers, hop }: ClientRequest): string | undefined {
  const named = metaString(message, META_SESSION) ?? headerOf(headers, SESSION_HEADER)
  if (named !== undefined && (named === '' || named.length > SESSION_CHARS_MAX)) {
    throw invalid(`${META_SESSION} has 1 to ${SESSION_CHARS_MAX} characters`)
  }
  return named ?? hop.sessionId
}

function maxChargeOf(message: Message): Money | undefined {
  const text = metaText(message, META_MAX_CHARGE)
  if (text === undefined) return undefined
  const parsed = MaxCharge.safeParse(JSON.parse(text))
  if (!parsed.success) throw invalid(`${META_MAX_CHARGE} is { amount, asset } in atomic units`)
  return money(amountOf(parsed.data.amount), assetId(parsed.data.asset))
}

function metaString(message: Message, key: string): string | undefined {
  const text = metaText(message, key)
  if (text === undefined) return undefined
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'string') throw invalid(`${key} is a string`)
  return value
}

function metaCount(message: Message, key: string): number | undefined {
  const text = metaText(message, key)
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalid(`${key} is an integer from 1`)
  return Number(text)
}

function invalid(detail: string): Error {
  return refuseListen('listen.invalid_meta', { detail })
}
