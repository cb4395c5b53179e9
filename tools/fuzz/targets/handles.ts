import assert from 'node:assert/strict'
import { instant, type Clock } from '../../../packages/kernel/src/index.ts'
import type { HandleCodec } from '../../../packages/gateway/src/seal/handle-codec.ts'
import { createRequestStates } from '../../../packages/gateway/src/seal/request-state.ts'
import { createSeal } from '../../../packages/gateway/src/seal/seal.ts'
import { createSessionTokens } from '../../../packages/gateway/src/seal/session-token.ts'
import { createTaskHandles } from '../../../packages/gateway/src/seal/task-handle.ts'
import { splitLine, type Target } from '../target.ts'

/** A key of this tool's own: its handles open nowhere else. */
const key = (): string => Buffer.alloc(32, 7).toString('base64')
const NOW_MS = 1_000
const clock: Clock = { now: () => instant(NOW_MS), monotonicMs: () => NOW_MS }
const OWNER = '["org_1","key_1"]'

const KINDS: ReadonlyMap<string, { purpose: string; codec: HandleCodec<unknown> }> = new Map([
  ['state', { purpose: 'requestState', codec: untyped(createRequestStates(key, clock)) }],
  ['task', { purpose: 'task', codec: untyped(createTaskHandles(key, clock)) }],
  ['session', { purpose: 'session', codec: untyped(createSessionTokens(key, clock)) }],
])

/** Handles that were made once with this key, for this owner: the only ones that may open. */
const GENUINE: ReadonlyMap<string, string> = new Map([
  [
    'state',
    'p4FePuSwlUI970CFV4FaUGaf8E8y5okETtPEhSpZnxebrT6hEoVrxaH9zN1S77MGysQRQKB0pWeotgmh2TNow6_fl_aoE5UUeKN1mSXDNc_3pgH3nNmtvnQq2b_Wgtp1zTo55qyEaR_qTVyehdf8Q2ZVTv3qtwEIn9YqWimeGVDp1vHrhZc',
  ],
  [
    'task',
    'DBvAq1fliVvqEvg6bTPbXivmUehuEbg85-7jit0giDrvyyGO5mUZzh9mLkCbTLLtR7Ic7DwXKF5r6OMBGJMHeFMDzqIkw44mbXUDu_Jslrc2EZmIccWyXSOKrxckWww1zRHVF8eULVoxil4x279miKn9OK3PviY',
  ],
  [
    'session',
    '0HpnrAj3P3agQ0CVDbf8f-zhxTC6nZaTLAv2I0nFtEaxpSl06hIquj6CVuvA5XFNpX0NSiAtUlt1d8Y8zbkLNhgb_h4Fne-hkQMgOJnbBbTZWQ3S3-p5yiswsYNxBCZMClMQ_MdITpRlZ56DwE2AQJ2p',
  ],
])

/** What a client brings back as a session id, a `requestState` or a task id: nothing opens that was not sealed so. */
export const handles: Target = {
  name: 'handles',
  seeds: [...GENUINE].flatMap(([kind, sealed]) => [
    `${kind}\n${sealed}`,
    `${kind} for another\n${sealed}`,
    `${kind === 'task' ? 'state' : 'task'}\n${sealed}`,
  ]),
  words: ['state', 'task', 'session', '.', '=', '-', '_', '+', '/', ' for another'],
  run(input) {
    const [first, text] = splitLine(input)
    const [kind = '', ...more] = first.split(' ')
    const codec = KINDS.get(kind)?.codec
    if (codec === undefined) return
    const opened = codec.open(text, more.length === 0 ? OWNER : more.join(' '))
    const isGenuine = more.length === 0 && GENUINE.get(kind) === text
    assert.equal(opened.kind, isGenuine ? 'sound' : 'refused')
  },
}

const END = NOW_MS + 1

/** What is under the seal, as if another version of the gateway had written it: it is read, or refused, and never half. */
export const sealedTexts: Target = {
  name: 'sealed-texts',
  seeds: [
    `state\n[${END},{"inner":"\\"x\\"","serverId":"s","method":"tools/call","target":"t","priceVersion":3,"slot":null}]`,
    `task\n[${END},{"serverId":"s","taskId":"t","tool":"x","priceVersion":null,"purchaseKey":"k"}]`,
    `session\n[${END},{"id":"i","slot":"gw","endpointId":"e","revision":"2025-11-25","rest":{"greeting":"{}","links":[{"serverId":"s","sessionId":null,"revision":"x"}]}}]`,
    'task\n[0,{"serverId":"s","taskId":"t","tool":"x","priceVersion":null,"purchaseKey":"k"}]',
    'task\n[]',
  ],
  words: [
    'state',
    'task',
    'session',
    '"serverId":"s",',
    '"slot":"a",',
    '"rest":null',
    'null',
    '1.5',
    '1000',
  ],
  run(input) {
    const [kind, text] = splitLine(input)
    const found = KINDS.get(kind)
    if (found === undefined) return
    const sealed = createSeal(found.purpose, key).seal(text, OWNER)
    const opened = found.codec.open(sealed, OWNER)
    if (opened.kind === 'refused') return
    const [endsAt, value] = JSON.parse(text.toWellFormed()) as [number, Record<string, unknown>]
    assert.ok(endsAt > NOW_MS)
    for (const [name, member] of Object.entries(opened.value as object)) {
      if (name === 'rest') continue
      assert.deepEqual(member, Object.hasOwn(value, name) ? value[name] : ABSENT[name])
    }
  },
}

/** What members stand for that an older gateway did not write. */
const ABSENT: Readonly<Record<string, unknown>> = { place: '' }

function untyped<T>(codec: HandleCodec<T>): HandleCodec<unknown> {
  return {
    seal: (value, owner) => codec.seal(value as T, owner),
    open: (sealed, owner) => codec.open(sealed, owner),
  }
}
