import assert from 'node:assert/strict'
import { isBatch, readBatch } from '../../../packages/gateway/src/protocol/batch.ts'
import { depthAt, JSON_DEPTH_MAX } from '../../../packages/gateway/src/protocol/json/scan.ts'
import {
  MessageError,
  readMessage,
  targetKeyOf,
  targetOf,
  type Message,
} from '../../../packages/gateway/src/protocol/message.ts'
import { readServerMessages } from '../../../packages/gateway/src/protocol/server-message.ts'
import { refusing, type Target } from '../target.ts'
import { MESSAGES, WORDS } from './words.ts'

/** One message and a batch: what is read is what JSON.parse reads, and nothing that decides stands twice. */
export const message: Target = {
  name: 'message',
  seeds: [...MESSAGES, `[${MESSAGES.slice(0, 3).join(', ')}]`, '[]', ' [1]'],
  words: WORDS,
  run(input) {
    const read = refusing(MessageError, () => readMessage(input))
    if (read !== undefined) {
      assert.ok(!isBatch(input))
      agrees(read)
    }
    if (!isBatch(input)) return
    assert.equal(read, undefined)
    const items = refusing(MessageError, () => readBatch(input))
    for (const item of items ?? []) if (!(item instanceof MessageError)) agrees(item)
    const all = refusing(MessageError, () => readServerMessages(input))
    if (all === undefined) return
    // Members of lists that nest too deep are taken out.
    if (depthAt(input, { start: 0, end: input.length }) > JSON_DEPTH_MAX) return
    assert.deepEqual(
      all.map(({ text }) => JSON.parse(text) as unknown),
      JSON.parse(input),
    )
  },
}

type Parsed = Readonly<Record<string, unknown>>

/** What a reader of its own makes of the same text. */
function agrees(read: Message): void {
  const parsed = JSON.parse(read.text) as Parsed
  assert.equal(parsed['jsonrpc'], '2.0')
  assert.equal(read.kind === 'response', !('method' in parsed))
  assert.equal(read.kind === 'request', 'method' in parsed && 'id' in parsed)
  if (read.idText !== undefined) assert.deepEqual(JSON.parse(read.idText), parsed['id'])
  if (read.kind === 'response') {
    assert.equal(read.isError, 'error' in parsed)
    sameMeta(read, parsed['result'])
    return
  }
  assert.equal(read.method, parsed['method'])
  sameMeta(read, parsed['params'])
  const target = isObject(parsed['params']) ? parsed['params'][targetKeyOf(read.method)] : undefined
  assert.equal(targetOf(read), typeof target === 'string' ? target : undefined)
}

function sameMeta({ text, meta }: Message, holder: unknown): void {
  const parsed = isObject(holder) ? holder['_meta'] : undefined
  assert.equal(meta === undefined, !isObject(parsed))
  if (meta === undefined || !isObject(parsed)) return
  const members = meta.members.map(({ key, value }) => [
    key,
    JSON.parse(text.slice(value.start, value.end)) as unknown,
  ])
  assert.deepEqual(
    members.toSorted(byKey),
    Object.keys(parsed)
      .map((key) => [key, parsed[key]])
      .toSorted(byKey),
  )
}

function byKey([a]: unknown[], [b]: unknown[]): number {
  return String(a) < String(b) ? -1 : 1
}

function isObject(value: unknown): value is Parsed {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
