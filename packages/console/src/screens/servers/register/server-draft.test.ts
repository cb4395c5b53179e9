import { OrchestraProblem } from '@mcp-orchestra/sdk'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apiFaults } from './api-faults.ts'
import { faultsOf } from './draft-faults.ts'
import { configOf, NEW_SERVER, suggestAlias, type ServerDraft } from './server-draft.ts'

const http: ServerDraft = { ...NEW_SERVER, alias: 'weather', url: 'https://mcp.example.com/mcp' }
const stdio: ServerDraft = { ...NEW_SERVER, kind: 'stdio', alias: 'files', command: 'node' }
const entry = (name: string, value: string) => ({ name, value })

/** Any code point: cheaper to make than fast-check's tables of graphemes. */
const anyPoint = fc.nat(0x10ffff).map((point) => String.fromCodePoint(point))

describe('what is offered', () => {
  test('an alias that is offered has no fault, whatever the name and the address', () => {
    const text = fc.oneof(
      fc.string({ unit: anyPoint }),
      fc.string().map((host) => `https://mcp.${host}.example.com/`),
    )
    fc.assert(
      fc.property(text, text, (name, url) => {
        const alias = suggestAlias({ name, url })
        if (alias !== '') expect(faultsOf({ ...http, alias })).toEqual({})
      }),
    )
  })

  test('the alias is of the name, else of the host without its prefix', () => {
    expect(suggestAlias({ name: 'Büro Wetter', url: '' })).toBe('buro-wetter')
    expect(suggestAlias({ name: '', url: 'https://mcp.example.com/mcp' })).toBe('example-com')
    expect(suggestAlias({ name: '天気', url: '' })).toBe('')
  })
})

describe('what is sent', () => {
  test('rows that were left empty and lines without text are not', () => {
    const headers = [entry('Authorization', 'Bearer x'), entry('', '')]
    expect(configOf({ ...http, headers }).transport).toEqual({
      kind: 'http',
      url: 'https://mcp.example.com/mcp',
      headers: { Authorization: 'Bearer x' },
    })
    expect(configOf({ ...stdio, args: 'server.js\n\n/srv/my files\r\n' }).transport).toEqual({
      kind: 'stdio',
      command: 'node',
      args: ['server.js', '/srv/my files'],
      env: {},
    })
  })

  test('what was typed for the other kind stays in the form and is not sent', () => {
    const text = JSON.stringify(
      configOf({ ...http, command: 'node', env: [entry('TOKEN', 's3cret')] }),
    )
    expect(text).not.toContain('s3cret')
  })

  test('seconds become milliseconds, and a protocol that is to be found out is not stated', () => {
    const config = configOf({ ...http, callTimeoutSeconds: '5' })
    expect(config.limits?.callTimeoutMs).toBe(5_000)
    expect(config).not.toHaveProperty('protocol')
    expect(configOf({ ...http, era: 'MCP-v2' }).protocol).toBe('MCP-v2')
  })
})

describe('what is wrong', () => {
  test.each([
    ['', 'required'],
    ['mcp.example.com', 'url_form'],
    ['ftp://example.com/', 'url_scheme'],
    ['https://me:secret@example.com/', 'url_credentials'],
    ['https://example.com/#x', 'url_fragment'],
  ])('the address %j is refused as %s', (url, fault) => {
    expect(faultsOf({ ...http, url })).toEqual({ url: fault })
  })

  test.each([
    [[entry('Bad name', 'x')], { 'headers.0': 'header_name' }],
    [[entry('Content-Type', 'x')], { 'headers.0': 'header_relay' }],
    [[entry('X-Key', 'a\nb')], { 'headers.0': 'header_value' }],
    [[entry('X-Key', 'a'), entry('x-key', 'b')], { 'headers.1': 'duplicate' }],
    [[entry('', 'orphan')], { 'headers.0': 'header_name' }],
    [[entry('', '')], {}],
  ])('headers %j have the faults %j', (headers, faults) => {
    expect(faultsOf({ ...http, headers })).toEqual(faults)
  })

  test('variables that differ in case are two, and a name with a hyphen is none', () => {
    expect(faultsOf({ ...stdio, env: [entry('A', '1'), entry('a', '2')] })).toEqual({})
    expect(faultsOf({ ...stdio, env: [entry('MY-KEY', '1')] })).toEqual({
      'env.0': 'variable_name',
    })
  })

  test('a kind that is not chosen has no faults', () => {
    expect(faultsOf({ ...http, command: '', env: [entry('1', '1')] })).toEqual({})
    expect(faultsOf({ ...stdio, url: 'nonsense' })).toEqual({})
  })

  test.each(['0', '1.5', '', '-1', '3601', '9999999'])('%j seconds are no time limit', (text) => {
    expect(faultsOf({ ...http, callTimeoutSeconds: text })).toEqual({
      callTimeoutSeconds: 'number_range',
    })
  })
})

describe('what the API refused', () => {
  const problem = (
    code: string,
    more: { detail?: string; members?: Record<string, unknown> } = {},
  ) => new OrchestraProblem({ code, status: 422, title: 'No.', retryable: false, ...more })

  test('stands beside the field that it is about', () => {
    expect(apiFaults(problem('hub.alias_taken'), http)).toEqual({
      fields: { alias: 'No.' },
      placed: true,
    })
    const headers = [entry('X-Key', 'a')]
    const refused = problem('hub.transport_refused', { detail: 'The header X-Key is too odd.' })
    expect(apiFaults(refused, { ...http, headers }).fields).toEqual({
      'headers.0': 'The header X-Key is too odd.',
    })
    const inside = problem('hub.transport_refused', { detail: 'Only operators may.' })
    expect(apiFaults(inside, http).fields).toEqual({ url: 'Only operators may.' })
  })

  test('of a malformed request is placed field by field, and what has no field stays a notice', () => {
    const errors = [
      { field: 'transport.url', message: 'Invalid URL' },
      { field: 'limits.callTimeoutMs', message: 'Too small' },
    ]
    expect(apiFaults(problem('request.invalid', { members: { errors } }), http)).toEqual({
      fields: { url: 'Invalid URL', callTimeoutSeconds: 'Too small' },
      placed: true,
    })
    const more = [...errors, { field: 'somewhere', message: 'Odd' }]
    expect(apiFaults(problem('request.invalid', { members: { errors: more } }), http).placed).toBe(
      false,
    )
    expect(apiFaults(problem('hub.server_limit'), http)).toEqual({ fields: {}, placed: false })
  })

  test('is never thrown over, whatever its members are', () => {
    fc.assert(
      fc.property(fc.anything(), (errors) => {
        apiFaults(problem('request.invalid', { members: { errors } }), http)
      }),
    )
  })
})
