import { instant, money, USD, type Clock } from '@mcp-orchestra/kernel'
import { Cancel } from '../../cancel.ts'
import type { CallEnd, OpenCharge, Settlement } from '../../charge/charge.ts'
import { rev20251125 } from '../../protocol/rev-2025-11-25/codec.ts'
import { Call, type CallFacts } from '../../upstream/call.ts'
import type { Reply } from '../reply.ts'
import { benchServer } from '../testing.ts'
import type { DeliverTo } from './deliver.ts'
import type { FinishParts } from './finish.ts'
import { inboundOf } from './inbound.ts'

const clock: Clock = { now: () => instant(0), monotonicMs: () => 0 }
const server = benchServer('s', { kind: 'http', url: 'http://127.0.0.1/mcp' })

/** How a delivery ended: the client's text, or the code of the problem; and by which outcome it was settled. */
export type Delivered = {
  readonly text: string | undefined
  readonly refusal: string | undefined
  readonly outcome: string | undefined
}

/** One call (7 at the server, `"mine"` at the client) that waits for its answer, and what becomes of it. */
export function startDelivery(isPaid: boolean, charging: 'at once' | 'waiting' = 'at once') {
  let ended: CallEnd | undefined
  let text = ''
  let isOver = false
  let isEvents = false
  const asked = Promise.withResolvers<void>()
  const settled = Promise.withResolvers<Settlement>()
  const settlement = { charged: money(5n, USD.id), eventId: 'evt_real' } as Settlement
  if (charging === 'at once') settled.resolve(settlement)
  const facts = { mintedId: 7, idText: '"mine"', codec: rev20251125, server, method: 'tools/call' }
  const call = new Call(facts as CallFacts, clock, () => undefined)
  call.bind({
    price: isPaid ? { amount: '5', version: 1 } : undefined,
    settle: async (end: CallEnd) => {
      ended = end
      asked.resolve()
      return await settled.promise
    },
  } as OpenCharge)
  const add = (part: string): void => {
    text += part
  }
  const reply: Reply = {
    left: new Cancel().signal,
    keepAliveMs: 60_000,
    requestId: 'req_1',
    get isStarted() {
      return text !== '' || isEvents
    },
    get isEvents() {
      return isEvents
    },
    isStuck: false,
    keepsIds: false,
    jsonBytesMax: Number.MAX_SAFE_INTEGER,
    setHeader: () => undefined,
    json: (_status, whole) => {
      add(whole)
      isOver = true
    },
    empty: () => undefined,
    startEvents: () => {
      isEvents = true
    },
    event: () => Promise.reject(new Error('nothing but the large event was to be said')),
    startEvent: () => {
      isEvents = true
    },
    endEvent: () => undefined,
    startJson: () => undefined,
    bytes: (chunk) => Promise.resolve(add(Buffer.from(chunk).toString('utf8'))),
    end: () => {
      isOver = true
    },
    break: () => undefined,
  }
  const to: DeliverTo = {
    call,
    reply,
    inbound: inboundOf(call),
    answered: () => undefined,
    giveUp: () => undefined,
  }
  return {
    parts: {} as FinishParts,
    to,
    charge: { asked: asked.promise, settle: () => settled.resolve(settlement) },
    /** What has left so far. */
    sent: () => text,
    delivered: (): Delivered => ({
      text: isOver ? text : undefined,
      refusal: undefined,
      outcome: ended?.outcome,
    }),
  }
}
