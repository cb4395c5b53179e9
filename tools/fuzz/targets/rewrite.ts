import assert from 'node:assert/strict'
import { editObject, splice } from '../../../packages/gateway/src/protocol/json/splice.ts'
import {
  MessageError,
  readMessage,
  targetKeyOf,
  type Message,
} from '../../../packages/gateway/src/protocol/message.ts'
import { requestDigest } from '../../../packages/gateway/src/protocol/request-digest.ts'
import {
  metaEdits,
  OUR_REQUEST_KEYS,
  OUR_RESULT_KEYS,
  rewriteRequest,
  rewriteResponse,
} from '../../../packages/gateway/src/protocol/rewrite.ts'
import { refusing, type Target } from '../target.ts'
import { MESSAGES, WORDS } from './words.ts'

type Json = Record<string, unknown>

const RECEIPT = 'io.mcp-orchestra/receipt'

/** What goes to the next hop: only what must change has changed, and nobody else speaks our keys. */
export const rewrite: Target = {
  name: 'rewrite',
  seeds: MESSAGES,
  words: WORDS,
  run(input) {
    const message = refusing(MessageError, () => readMessage(input))
    if (message === undefined) return
    if (message.kind === 'response') checkResponse(message)
    else checkRequest(message)
  },
}

function checkRequest(message: Message): void {
  const after = rewriteRequest(message, { idText: '99', tokenText: '"t"', name: 'theirs' })
  const expected = parse(message.text)
  if ('id' in expected) put(expected, 'id', 99)
  const { params } = expected as { params?: Json }
  if (params !== undefined) {
    const key = targetKeyOf(message.method)
    if (Object.hasOwn(params, key)) put(params, key, 'theirs')
    const { _meta: meta } = params
    if (isObject(meta)) {
      for (const key of OUR_REQUEST_KEYS) delete meta[key]
      if (Object.hasOwn(meta, 'progressToken')) put(meta, 'progressToken', 't')
    }
  }
  assert.deepEqual(parse(after), expected)
  readMessage(after)
  onlyIdChanges(message)
  keepsCommas(message)
  assert.equal(requestDigest('s', message), requestDigest('s', readMessage(message.text)))
}

/** What stands before the id and after it stays, byte for byte. */
function onlyIdChanges({ text, idText, root }: Message): void {
  const at = root.members.find(({ key }) => key === 'id')?.value.start
  if (at === undefined || idText === undefined) return
  const moved = rewriteResponse(readMessage(text), '"another"')
  assert.equal(moved, `${text.slice(0, at)}"another"${text.slice(at + idText.length)}`)
}

/** A message that loses or gains a member parses on: no comma is left over, whichever member it is. */
function keepsCommas({ text, root, params }: Message): void {
  for (const object of [root, params]) {
    for (const member of object?.members.slice(0, MEMBERS_MAX) ?? []) {
      const removed = splice(text, editObject(object ?? root, { remove: new Set([member.key]) }))
      assert.ok(!Object.hasOwn(holder(parse(removed), object === params), member.key))
      const added = splice(text, editObject(object ?? root, { set: new Map([['new key', '1']]) }))
      assert.equal(holder(parse(added), object === params)['new key'], 1)
    }
  }
}

function checkResponse(message: Message): void {
  const renamed = rewriteResponse(message, '99')
  const expected = parse(message.text)
  if ('id' in expected) put(expected, 'id', 99)
  assert.deepEqual(parse(renamed), expected)
  if (message.result === undefined) return
  for (const receipt of [undefined, '{"r":1}']) {
    const set = new Map(receipt === undefined ? [] : [[RECEIPT, receipt]])
    const after = parse(splice(message.text, metaEdits(message.result, message.meta, set)))
    const { _meta: meta } = holder(after, false, 'result')
    const given = isObject(meta) ? meta : {}
    assert.deepEqual(given[RECEIPT], receipt === undefined ? undefined : { r: 1 })
    for (const key of OUR_RESULT_KEYS) if (key !== RECEIPT) assert.ok(!Object.hasOwn(given, key))
  }
}

/** Members that are taken out one by one. */
const MEMBERS_MAX = 12

function holder(parsed: Json, isParams: boolean, key = 'params'): Json {
  const inner = isParams || key === 'result' ? parsed[key] : parsed
  assert.ok(isObject(inner))
  return inner
}

/** Sets a member that may be called `__proto__`. */
function put(object: Json, key: string, value: unknown): void {
  Object.defineProperty(object, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function parse(text: string): Json {
  return JSON.parse(text) as Json
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
