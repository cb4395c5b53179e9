import { lookup } from 'node:dns'
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isInsideAddress } from '@mcp-orchestra/api/address'
import { AddressRefused, AnswerTooLarge, FetchTimeout } from './failures.ts'

/** A fetch to addresses that strangers named: bounded in size and time, and it follows no redirect. */
export type GuardedFetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/** How far it may reach. */
export type FetchBounds = {
  /** Whether addresses inside the machine or its network are allowed (operators only). */
  readonly mayReachInside: boolean
  /** Until the whole answer is here, in milliseconds. */
  readonly timeoutMs?: number
  readonly bodyBytesMax?: number
}

/** An honest authorization server answers within it, in milliseconds. */
const TIMEOUT_MS = 10_000
/** Metadata, registrations and token answers are a few kilobytes. */
const BODY_BYTES_MAX = 262_144

const NULL_BODY_STATUSES: ReadonlySet<number> = new Set([101, 204, 205, 304])

/**
 * Makes the one fetch for addresses that a user or a server named (identity §8, SSRF). What a name resolves to
 * is checked in the look-up that the connection uses, so it cannot change in between; a redirect is an answer,
 * and whoever follows it comes through here again.
 */
export function createGuardedFetch(bounds: FetchBounds): GuardedFetch {
  const { mayReachInside, timeoutMs = TIMEOUT_MS, bodyBytesMax = BODY_BYTES_MAX } = bounds
  const isAllowed = (address: string): boolean => mayReachInside || !isInsideAddress(address)
  const guardedLookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, [])
      // One address inside is reason enough: an honest name has none.
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
        return callback(new AddressRefused(hostname), [])
      }
      if (options.all === true) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
  return async (input, init = {}) => {
    const url = new URL(input)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
      throw new AddressRefused(host)
    }
    // No look-up is made for an address.
    if (isIP(host) !== 0 && !isAllowed(host)) throw new AddressRefused(host)
    const { method, headers, bytes } = await outgoing(url, init)
    const signal = AbortSignal.any([
      AbortSignal.timeout(timeoutMs),
      ...(init.signal instanceof AbortSignal ? [init.signal] : []),
    ])
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    try {
      const answer = await answerOf(
        send(url, { method, headers, agent: false, lookup: guardedLookup, signal }),
        bytes,
      )
      return await responseOf(answer, bodyBytesMax)
    } catch (error) {
      throw signal.aborted && init.signal?.aborted !== true
        ? new FetchTimeout(timeoutMs, error)
        : error
    }
  }
}

/** What `fetch` would send: the platform's own `Request` works out types and encodings. */
async function outgoing(url: URL, init: RequestInit) {
  const { method = 'GET', headers = {}, body = null } = init
  const request = new Request(url, { method, headers, body })
  const bytes = body === null ? undefined : Buffer.from(await request.arrayBuffer())
  const entries = Object.fromEntries(request.headers)
  return {
    method: request.method,
    bytes,
    headers: {
      ...entries,
      'accept-encoding': 'identity',
      'user-agent': 'mcp-orchestra',
      ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
    },
  }
}

function answerOf(request: ClientRequest, bytes: Buffer | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve)
    request.once('error', reject)
    request.end(bytes)
  })
}

async function responseOf(answer: IncomingMessage, bodyBytesMax: number): Promise<Response> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) {
      answer.destroy()
      throw new AnswerTooLarge(bodyBytesMax)
    }
    chunks.push(chunk)
  }
  const headers = new Headers()
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value)
  }
  const status = answer.statusCode ?? 0
  const body = NULL_BODY_STATUSES.has(status) ? null : Buffer.concat(chunks)
  return new Response(body, { status, headers })
}
