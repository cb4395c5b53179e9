import { expect, test } from 'vitest'
import { withEnvelope } from './own-request.ts'

const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo'

test('a request of our own says its revision, who asks, and what can be answered (MCP 2026-07-28, _meta)', () => {
  expect(JSON.parse(withEnvelope(undefined, '{"sampling":{}}'))).toEqual({
    _meta: {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': { sampling: {} },
      [CLIENT_INFO]: { name: 'mcp-orchestra', version: '0.1.0' },
    },
  })
})

test('what the asker wrote of the envelope stays as it was written', () => {
  const written = `{"cursor":"x","_meta":{"${CLIENT_INFO}":{"name":"it"},"other": 1.50}}`
  const text = withEnvelope(written, '{}')
  expect(text).toContain(`"${CLIENT_INFO}":{"name":"it"},"other": 1.50`)
  expect(text.match(/clientInfo/g)).toHaveLength(1)
})
