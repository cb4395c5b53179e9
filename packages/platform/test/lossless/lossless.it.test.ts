import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillRawText, type RawScript } from '../../src/fixture-server/raw-script.ts'
import { startRawServer, type RawServer } from '../../src/fixture-server/raw-server.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { modernHeaders, openLegacySession, postRaw, type HeadersFor } from '../wire/raw-client.ts'
import { GOLDEN_TOOL, goldenAnswers, goldenRequests, goldenStream } from './golden-messages.ts'
import { callOf, plainCall } from './plain-call.ts'

describe.each(['legacy', 'modern'] as const)('over HTTP, %s', (era) => {
  const answers = goldenAnswers(era)
  let server: RawServer
  let relay: TestRelay
  let headersFor: HeadersFor

  beforeAll(async () => {
    const script: Record<string, RawScript[string]> = {}
    for (const [index, { text }] of answers.entries()) {
      script[`json-${index}`] = { kind: 'json', text }
      script[`stream-${index}`] = { kind: 'stream', texts: goldenStream(text) }
    }
    server = await startRawServer({ era, script })
    relay = await startTestRelay({
      raw: { era, transport: { kind: 'http', url: server.url, headers: {} } },
    })
    headersFor =
      era === 'legacy' ? await openLegacySession(relay.transparent('raw')) : modernHeaders
  })
  afterAll(async () => {
    await relay.close()
    await server.close()
  })

  it.each(goldenRequests(era))(
    'a request $what reaches the server byte by byte',
    async ({ text }) => {
      const before = server.arrivals.length
      const sent = fillRawText(text, callOf({ id: '7', token: '"of-the-client"' }))
      const answer = await postRaw(
        relay.transparent('raw'),
        sent,
        headersFor('tools/call', GOLDEN_TOOL),
      )
      expect(answer.status).toBe(200)
      const [arrival] = server.arrivals
        .slice(before)
        .filter(({ call }) => call.method === 'tools/call')
      expect(arrival?.call.text).toBe(fillRawText(text, arrival?.call ?? callOf({})))
    },
  )

  it.each(answers.map((golden, index) => ({ ...golden, index })))(
    'an answer $what comes back byte by byte, as JSON',
    async ({ text, index }) => {
      const call = plainCall(era, `json-${index}`, { id: '"a-1"', token: '41' })
      const answer = await postRaw(
        relay.transparent('raw'),
        call.text,
        headersFor('tools/call', call.name),
      )
      expect(answer.messages).toEqual([fillRawText(text, call)])
    },
  )

  it.each(answers.map((golden, index) => ({ ...golden, index })))(
    'an answer $what comes back byte by byte, as the last event of a stream',
    async ({ text, index }) => {
      const call = plainCall(era, `stream-${index}`, { id: '12', token: '"t"' })
      const answer = await postRaw(
        relay.transparent('raw'),
        call.text,
        headersFor('tools/call', call.name),
      )
      const lines = goldenStream(text).map((each) => fillRawText(each, call))
      // An event has lines, and a CR ends one: it arrives as LF (HTML §9.2.6).
      expect(answer.messages).toEqual(lines.map((each) => each.replaceAll(/\r\n?/g, '\n')))
    },
  )
})
