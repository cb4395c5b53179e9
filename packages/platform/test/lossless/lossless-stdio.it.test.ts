import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillRawText, readRawCall, type RawScript } from '../../src/fixture-server/raw-script.ts'
import { startTestRelay, type TestRelay } from '../stage/test-relay.ts'
import { openLegacySession, postRaw, type HeadersFor } from '../wire/raw-client.ts'
import { GOLDEN_TOOL, goldenAnswers, goldenRequests, goldenStream } from './golden-messages.ts'
import { callOf, plainCall } from './plain-call.ts'

const RAW_STDIO = path.resolve(import.meta.dirname, '../../src/fixture-server/raw-stdio.ts')

/** A line is a message: line ends between tokens cannot be kept, everything else can (MCP 2025-11-25, stdio). */
const asLine = (text: string) => text.replaceAll(/[\r\n]+/g, ' ').trim()

describe('over stdio, legacy', () => {
  const answers = goldenAnswers('legacy').filter(({ text }) => !/[\r\n]/.test(text))
  let directory: string
  let relay: TestRelay
  let headersFor: HeadersFor

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'lossless-'))
    const script: Record<string, RawScript[string]> = {}
    for (const [index, { text }] of answers.entries()) {
      script[`stream-${index}`] = { kind: 'stream', texts: goldenStream(text) }
    }
    await writeFile(path.join(directory, 'script.json'), JSON.stringify(script))
    const args = [RAW_STDIO, '--script', path.join(directory, 'script.json')]
    relay = await startTestRelay({
      raw: {
        era: 'legacy',
        transport: {
          kind: 'stdio',
          command: process.execPath,
          args: [...args, '--log', path.join(directory, 'lines')],
          env: {},
        },
      },
    })
    headersFor = await openLegacySession(relay.transparent('raw'))
  })
  afterAll(async () => {
    await relay.close()
    await rm(directory, { recursive: true, force: true })
  })

  it.each(goldenRequests('legacy'))(
    'a request $what is one line, byte by byte',
    async ({ text }) => {
      const before = (await lines()).length
      const sent = fillRawText(text, callOf({ id: '7', token: '"of-the-client"' }))
      await postRaw(relay.transparent('raw'), sent, headersFor('tools/call', GOLDEN_TOOL))
      const [arrived] = (await lines()).slice(before)
      const expected = fillRawText(text, readRawCall(arrived ?? '{}'))
      expect(asLine(arrived ?? '')).toBe(asLine(expected))
    },
  )

  it.each(answers.map((golden, index) => ({ ...golden, index })))(
    'an answer $what and the lines before it come back byte by byte',
    async ({ text, index }) => {
      const call = plainCall('legacy', `stream-${index}`, { id: '12', token: '"t"' })
      const answer = await postRaw(
        relay.transparent('raw'),
        call.text,
        headersFor('tools/call', call.name),
      )
      expect(answer.messages).toEqual(goldenStream(text).map((each) => fillRawText(each, call)))
    },
  )

  async function lines(): Promise<string[]> {
    const text = await readFile(path.join(directory, 'lines'), 'utf8')
    return text.split('\n').filter((line) => line.includes('"tools/call"'))
  }
})
