import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { classify, isModernVersion } from './classify.ts'
import { headerOf, type Codec, type HeaderBag } from './codec.ts'
import { readMessage } from './message.ts'
import { LEGACY_REVISIONS, legacyCodecOf } from './revisions.ts'
import { rev20250326 } from './rev-2025-03-26/codec.ts'
import { rev20251125 } from './rev-2025-11-25/codec.ts'
import { META_CAPABILITIES, META_VERSION, rev20260728 } from './rev-2026-07-28/codec.ts'
import { decodeHeaderValue, encodeHeaderValue } from './rev-2026-07-28/header-value.ts'

const message = (more: object): ReturnType<typeof readMessage> =>
  readMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, ...more }))
const envelope = { [META_VERSION]: '2026-07-28', [META_CAPABILITIES]: {} }
const modernHeaders = {
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': 'tools/call',
  'mcp-name': 'echo',
}
const modernCall = message({ method: 'tools/call', params: { name: 'echo', _meta: envelope } })

describe('the era of a message', () => {
  const eraOf = (given: object, headers: HeaderBag = {}): string | number => {
    const found = classify(message(given), headers)
    return found.kind === 'codec' ? found.codec.era : found.refusal.code
  }
  const modern = { 'mcp-protocol-version': '2026-07-28' }

  test.each([
    ['a response', { result: {} }, {}, 'legacy'],
    ['a response under a modern header', { result: {} }, modern, -32600],
    ['a header of no revision', { method: 'x' }, { 'mcp-protocol-version': '1.0' }, -32600],
    ['initialize', { method: 'initialize', params: {} }, {}, 'legacy'],
    ['initialize under a modern header', { method: 'initialize', params: {} }, modern, -32020],
    ['a claim in _meta', { method: 'x', params: { _meta: envelope } }, {}, 'modern'],
    [
      'a claim that is no text',
      { method: 'x', params: { _meta: { [META_VERSION]: 1 } } },
      {},
      'modern',
    ],
    ['a modern header without a claim', { method: 'x' }, modern, -32602],
    ['a notification under a modern header', { id: undefined, method: 'x' }, modern, 'modern'],
    ['no claim', { method: 'x' }, { 'mcp-protocol-version': '2025-06-18' }, 'legacy'],
    ['no claim and no header', { method: 'x' }, {}, 'legacy'],
  ])('%s', (_what, given, headers, era) => {
    expect(eraOf(given, headers)).toBe(era)
  })

  test('later dates are modern, earlier ones and other texts are not', () => {
    expect(['2026-07-28', '2027-01-01'].every(isModernVersion)).toBe(true)
    expect([...LEGACY_REVISIONS, 'latest', '', undefined].some(isModernVersion)).toBe(false)
  })
})

describe('2026-07-28', () => {
  test('a request whose envelope and headers agree passes', () => {
    expect(rev20260728.check(modernCall, modernHeaders)).toBeUndefined()
    expect(
      rev20260728.check(modernCall, { ...modernHeaders, 'mcp-name': ' echo\t' }),
    ).toBeUndefined()
    expect(
      rev20260728.check(modernCall, { ...modernHeaders, 'mcp-name': '=?base64?ZWNobw==?=' }),
    ).toBeUndefined()
  })

  test('a task method comes with the id of its task in its name header, and with no other name', () => {
    const task = message({ method: 'tasks/get', params: { taskId: 't', _meta: envelope } })
    const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tasks/get' }
    expect(rev20260728.check(task, { ...headers, 'mcp-name': 't' })).toBeUndefined()
    expect(rev20260728.check(task, headers)?.code).toBe(-32020)
    expect(rev20260728.check(task, { ...headers, 'mcp-name': 'other' })?.code).toBe(-32020)
  })

  test('an unsupported version names what is supported', () => {
    const later = message({
      method: 'x',
      params: { _meta: { ...envelope, [META_VERSION]: '2030-01-01' } },
    })
    const refusal = rev20260728.check(later, {
      'mcp-protocol-version': '2030-01-01',
      'mcp-method': 'x',
    })
    expect(refusal).toMatchObject({
      status: 400,
      code: -32022,
      data: { supported: ['2026-07-28'], requested: '2030-01-01' },
    })
  })

  test('mirrored headers pass on, unknown parameters too, and nothing else; a renamed target renames its header', () => {
    const headers = {
      ...modernHeaders,
      'mcp-param-city': 'Ulm',
      authorization: 'Bearer x',
      cookie: 'c',
      'mcp-session-id': 's',
    }
    expect(rev20260728.headersFor(modernCall, headers, undefined)).toEqual({
      ...modernHeaders,
      'mcp-param-city': 'Ulm',
    })
    expect(rev20260728.headersFor(modernCall, headers, 'größer')['mcp-name']).toBe(
      encodeHeaderValue('größer'),
    )
  })

  test('any name survives its header, and no header value decodes to two names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const value = encodeHeaderValue(name)
        expect(value).toMatch(/^[\x20-\x7e]*$/)
        expect(decodeHeaderValue(value)).toBe(name)
      }),
    )
    expect(decodeHeaderValue('=?base64?/w==?=')).toBeUndefined()
    expect(decodeHeaderValue('=?base64?abc?=')).toBeUndefined()
  })
})

describe.each(LEGACY_REVISIONS)('%s', (revision) => {
  const codec = legacyCodecOf(revision)

  test('its own version header and none pass, every other one is 400, and initialize comes before it', () => {
    const ping = message({ method: 'ping' })
    expect(codec?.check(ping, {})).toBeUndefined()
    for (const version of [...LEGACY_REVISIONS, '2026-07-28', '1.0']) {
      const headers = { 'mcp-protocol-version': version }
      expect(codec?.check(ping, headers)?.status).toBe(version === revision ? undefined : 400)
      expect(codec?.check(message({ method: 'initialize' }), headers)).toBeUndefined()
    }
  })

  test('is what a message under its header is read as', () => {
    const found = classify(message({ method: 'ping' }), { 'mcp-protocol-version': revision })
    expect(found).toEqual({ kind: 'codec', codec })
  })
})

describe('the legacy revisions', () => {
  test('a message that names none is of 2025-03-26', () => {
    expect(classify(message({ method: 'ping' }), {})).toEqual({ kind: 'codec', codec: rev20250326 })
  })

  test('batches are of 2025-03-26 alone, empty events of 2025-11-25 alone', () => {
    const only = (takes: (codec: Codec) => boolean): unknown =>
      [...LEGACY_REVISIONS, '2026-07-28'].filter((revision) =>
        takes(legacyCodecOf(revision) ?? rev20260728),
      )
    expect(only(({ takesBatches }) => takesBatches)).toEqual(['2025-03-26'])
    expect(only(({ primesStreams }) => primesStreams)).toEqual(['2025-11-25'])
  })

  test('a refusal inside JSON-RPC is 200, as a legacy client expects', () => {
    expect([rev20251125.statusOf(402), rev20260728.statusOf(402)]).toEqual([200, 402])
  })
})

test('outcomes: an error, a tool error, a request for input, and what is complete', () => {
  const facts = (
    isRpcError: boolean,
    isErrorText?: string,
    resultTypeText?: string,
  ): Parameters<typeof rev20260728.outcomeOf>[0] => ({ isRpcError, isErrorText, resultTypeText })
  expect(rev20260728.outcomeOf(facts(true))).toBe('rpc_error')
  expect(rev20260728.outcomeOf(facts(false, 'true'))).toBe('tool_error')
  expect(rev20260728.outcomeOf(facts(false, undefined, '"input_required"'))).toBe('input_required')
  expect(rev20260728.outcomeOf(facts(false, 'false', '"complete"'))).toBe('complete')
  expect(rev20251125.outcomeOf(facts(false, undefined, '"input_required"'))).toBe('complete')
  expect(rev20251125.outcomeOf(facts(false, 'true'))).toBe('tool_error')
})

test('blanks within a header’s value cost linear time, and those around it go', () => {
  const within = `a${' \t'.repeat(500_000)}b`
  expect(headerOf({ 'mcp-name': ` ${within}\t ` }, 'mcp-name')).toBe(within)
  expect(headerOf({ 'mcp-name': [within, ''] }, 'mcp-name')).toBe(`${within},`)
  expect(headerOf({ 'mcp-name': ' \t ' }, 'mcp-name')).toBe('')
})
