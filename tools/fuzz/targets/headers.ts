import assert from 'node:assert/strict'
import { classify } from '../../../packages/gateway/src/protocol/classify.ts'
import type { Codec, HeaderBag } from '../../../packages/gateway/src/protocol/codec.ts'
import {
  MessageError,
  readMessage,
  type Message,
} from '../../../packages/gateway/src/protocol/message.ts'
import { rev20260728 } from '../../../packages/gateway/src/protocol/rev-2026-07-28/codec.ts'
import { decodeHeaderValue } from '../../../packages/gateway/src/protocol/rev-2026-07-28/header-value.ts'
import {
  LEGACY_REVISIONS,
  legacyCodecOf,
} from '../../../packages/gateway/src/protocol/revisions.ts'
import { refusing, type Target } from '../target.ts'
import { MESSAGES, WORDS } from './words.ts'

const VERSION = 'io.modelcontextprotocol/protocolVersion'
const NAMED: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
])
const CODECS: readonly Codec[] = [
  rev20260728,
  ...LEGACY_REVISIONS.flatMap((revision) => legacyCodecOf(revision) ?? []),
]
/** What a header's value can be when it has come through an HTTP parser (RFC 9110 §5.5). */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** A message under headers: each revision says yes or no to each, and a modern yes means that both say the same. */
export const headers: Target = {
  name: 'headers',
  seeds: MESSAGES.flatMap((text) => [
    `mcp-protocol-version: 2025-06-18\n\n${text}`,
    `mcp-protocol-version: 2026-07-28\nmcp-method: tools/call\nmcp-name: add\n\n${text}`,
    `mcp-protocol-version: 2026-07-28\nmcp-method: resources/read\nmcp-name: =?base64?ZmlsZTovLy9h?=\n\n${text}`,
  ]),
  words: [
    ...WORDS,
    'mcp-protocol-version: ',
    'mcp-method: ',
    'mcp-name: ',
    '=?base64?',
    '?=',
    ', ',
  ],
  run(input) {
    const end = input.indexOf('\n\n')
    const bag = bagOf(end === -1 ? '' : input.slice(0, end))
    const text = end === -1 ? input : input.slice(end + 2)
    const message = refusing(MessageError, () => readMessage(text))
    if (message === undefined) return
    const found = classify(message, bag)
    if (found.kind === 'refused') isRefusal(found.refusal)
    else assert.ok(CODECS.includes(found.codec))
    for (const codec of CODECS) {
      const refusal = codec.check(message, bag)
      if (refusal !== undefined) isRefusal(refusal)
      else if (codec === rev20260728 && message.kind !== 'response') mirrors(message, bag)
      const next = codec.headersFor(message, bag, 'ein neuer Näme')
      for (const value of Object.values(next)) assert.match(value, FIELD_VALUE)
    }
  },
}

function mirrors(message: Message, bag: HeaderBag): void {
  const { method, params } = JSON.parse(message.text) as {
    method: string
    params?: Readonly<Record<string, unknown>> & { _meta?: Readonly<Record<string, unknown>> }
  }
  assert.equal(one(bag, 'mcp-method'), method)
  assert.equal(one(bag, 'mcp-protocol-version'), '2026-07-28')
  if (message.kind === 'request') assert.equal(params?._meta?.[VERSION], '2026-07-28')
  const key = NAMED.get(method)
  const name = key === undefined ? undefined : params?.[key]
  if (typeof name === 'string') assert.equal(decodeHeaderValue(one(bag, 'mcp-name') ?? ''), name)
}

function isRefusal(refusal: { readonly status: number; readonly code: number }): void {
  assert.equal(refusal.status, 400)
  assert.ok(Number.isInteger(refusal.code))
  assert.ok(JSON.stringify(refusal).length > 0)
}

function one(bag: HeaderBag, name: string): string | undefined {
  const value = bag[name]
  return [value ?? []]
    .flat()
    .join(', ')
    .replace(/^[\t ]+/, '')
    .trimEnd()
}

/** Headers as Node gives them: names in lower case, values of the same name joined. */
export function bagOf(text: string): HeaderBag {
  const bag: Record<string, string> = {}
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':')
    const value = line.slice(colon + 1)
    if (colon < 1 || !FIELD_VALUE.test(value)) continue
    const name = line.slice(0, colon).toLowerCase()
    const before = Object.hasOwn(bag, name) ? bag[name] : undefined
    bag[name] = before === undefined ? value.replace(/^ /, '') : `${before}, ${value}`
  }
  return bag
}
