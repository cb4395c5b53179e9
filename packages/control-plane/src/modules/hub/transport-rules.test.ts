import { describe, expect, test } from 'vitest'
import { requireReachable } from './transport-rules.ts'

const http = (url: string, headers: Record<string, string> = {}) =>
  ({ kind: 'http', url, headers }) as const
const stdio = (env: Record<string, string> = {}) => ({
  kind: 'stdio' as const,
  command: 'node',
  args: [],
  env,
})

describe('who is no operator', () => {
  test.each([
    'http://127.0.0.1/mcp',
    'http://127.1/mcp',
    'http://0x7f000001/mcp',
    'http://2130706433/mcp',
    'http://localhost:8080/mcp',
    'http://db.internal/mcp',
    'http://printer/mcp',
    'http://10.1.2.3/mcp',
    'http://169.254.169.254/latest',
    'http://100.64.0.1/',
    'http://[::1]/mcp',
    'http://[::ffff:127.0.0.1]/mcp',
    'http://[64:ff9b::7f00:1]/mcp',
    'http://[fd00::1]/mcp',
    'http://[fe80::1]/mcp',
  ])('may not name an address inside: %s', (url) => {
    expect(() => requireReachable(http(url), false)).toThrow(/inside the network/)
    expect(() => requireReachable(http(url), true)).not.toThrow()
  })

  test.each([
    'https://mcp.example.com/mcp',
    'http://93.184.216.34/mcp',
    'https://[2606:4700::1]/x',
  ])('may name a public one: %s', (url) => {
    expect(() => requireReachable(http(url), false)).not.toThrow()
  })

  test('may not name a process', () => {
    expect(() => requireReachable(stdio(), false)).toThrow(/Only operators/)
    expect(() => requireReachable(stdio({ TOKEN: 'x' }), true)).not.toThrow()
  })
})

test('an address never holds credentials, and a header never splits a request', () => {
  expect(() => requireReachable(http('https://user:pass@example.com/'), true)).toThrow(/header/)
  expect(() =>
    requireReachable(http('https://example.com/', { 'X-A': 'a\r\nB: c' }), true),
  ).toThrow(/cannot be sent/)
  expect(() => requireReachable(http('https://example.com/', { 'X A': 'a' }), true)).toThrow(
    /cannot name/,
  )
  expect(() => requireReachable(http('https://example.com/', { Host: 'a' }), true)).toThrow(/relay/)
  expect(() => requireReachable(stdio({ 'A=B': 'c' }), true)).toThrow(/cannot name/)
  expect(() => requireReachable(stdio({ A: 'c\0' }), true)).toThrow(/NUL/)
})
