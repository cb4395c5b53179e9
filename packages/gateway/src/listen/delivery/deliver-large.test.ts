import { META_PRICE, META_RECEIPT } from '@mcp-orchestra/api/mcp-meta'
import { Problem } from '@mcp-orchestra/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DataLines } from '../../protocol/sse/data-lines.ts'
import { formatEvent, messageEvent } from '../../protocol/sse/event.ts'
import { readEvents } from '../../protocol/sse/stream-event.ts'
import { SseParser } from '../../protocol/sse/parser.ts'
import { dataOf } from '../../protocol/sse/event.ts'
import type { UpstreamBody } from '../../upstream/upstream.ts'
import { deliver } from './deliver.ts'
import { startDelivery, type Delivered } from './testing.ts'

/** Small enough that every result of this test is over it. */
const BYTES_MAX = 16

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size))
  return pieces
}

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece)
}

/** The ways in which one answer may come. */
const WAYS: Readonly<Record<string, (text: string, size: number) => UpstreamBody>> = {
  'held JSON': (text) => ({ kind: 'message', text }),
  'large JSON': (text, size) => ({ kind: 'large', chunks: each(cut(Buffer.from(text), size)) }),
  'large event': (text, size) => {
    const wire = cut(Buffer.from(formatEvent(messageEvent(text))), size)
    const cutOff = (): Error => new Error('the test wrote no whole event')
    const events = readEvents(each(wire), { bytesMax: BYTES_MAX, cutOff })
    return { kind: 'events', native: true, events }
  },
}

async function carry(text: string, way: string, size: number, isPaid: boolean): Promise<Delivered> {
  const { parts, to, delivered } = startDelivery(isPaid)
  const body = WAYS[way]?.(text, size) ?? { kind: 'none', detail: '' }
  try {
    await deliver(parts, { status: 200, sessionId: undefined, body }, to)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { ...delivered(), text: undefined, refusal: error.code }
  }
  return delivered()
}

const FORGED = `"${META_RECEIPT}":{"eventId":"evt_forged","charged":"0"}`
const metas = fc.constantFrom(
  '{}',
  '{"mine":1}',
  `{${FORGED}}`,
  `{"mine":1,${FORGED},"yours":2}`,
  `{"${META_PRICE}":"free",${FORGED}}`,
  `{${FORGED},${FORGED}}`,
  `{"io.mcp-orchestra\\u002freceipt":1}`,
  `{"io.modelcontextprotocol/subscriptionId":7,"x":1}`,
  'null',
  '"text"',
)
const members = fc.uniqueArray(
  fc.oneof(
    metas.map((text) => ['_meta', text] as const),
    fc.tuple(fc.constantFrom('_meta', '\\u005fmeta'), metas),
    fc.tuple(fc.constantFrom('isError', 'a', 'content'), fc.json()),
    fc.constantFrom(
      ['resultType', '"complete"'] as const,
      ['is\\u0045rror', 'true'] as const,
      ['status', '1'] as const,
    ),
  ),
  { selector: ([key, value]) => `${key}${value}`, maxLength: 5 },
)
const answers = fc
  .tuple(
    members,
    fc.constantFrom('', ' ', '\n  ', '\r\n'),
    fc.constantFrom('7', '8', 'null', '"7"'),
  )
  .map(([all, ws, id]) => {
    const body = all.map(([key, value]) => `${ws}"${key}": ${value}`).join(',')
    return `{"result":{${body}${ws}},${ws}"jsonrpc":"2.0","id":${id}}`
  })

test('free: whatever the server writes, a streamed answer has the bytes of a held one, or is refused as it is', async () => {
  await fc.assert(
    fc.asyncProperty(answers, fc.integer({ min: 1, max: 60 }), async (text, size) => {
      const held = await carry(text, 'held JSON', size, false)
      expect(await carry(text, 'large JSON', size, false)).toEqual(held)
      const asEvent = await carry(text, 'large event', size, false)
      // A line break between tokens is written as the lines of an event are.
      expect(asEvent).toEqual({ ...held, text: held.text?.replaceAll(/\r\n|\r/g, '\n') })
    }),
    { numRuns: 200 },
  )
})

test('paid: a streamed answer says what a held one says, with the receipt of the charge and no other', async () => {
  await fc.assert(
    fc.asyncProperty(answers, fc.integer({ min: 1, max: 60 }), async (text, size) => {
      const held = await carry(text, 'held JSON', size, true)
      for (const way of ['large JSON', 'large event']) {
        const large = await carry(text, way, size, true)
        expect({ ...large, text: parsed(large.text) }).toEqual({ ...held, text: parsed(held.text) })
        expect(large.text ?? '').not.toContain('forged')
        if (large.text !== undefined) expect(large.text).toContain('evt_real')
      }
    }),
    { numRuns: 200 },
  )
})

test('the closing brace of a paid result leaves only after its charge is durable', async () => {
  for (const way of ['large JSON', 'large event']) {
    const { parts, to, charge, sent } = startDelivery(true, 'waiting')
    const text = '{"jsonrpc":"2.0","id":7,"result":{"a":"bbbbbbbbbbbbbbbbbbbbbbbb"}}'
    const body = WAYS[way]?.(text, 10) ?? { kind: 'none', detail: '' }
    const done = deliver(parts, { status: 200, sessionId: undefined, body }, to)
    await charge.asked
    expect(sent()).toContain('"a":"bbb')
    expect(sent()).not.toContain('}')
    charge.settle()
    await done
    expect(sent()).toContain('evt_real')
  }
})

test('whatever its line breaks, data in parts is read as the data that was written', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-c \r\n]{0,30}$/),
      fc.integer({ min: 1, max: 5 }),
      (text, size) => {
        const lines = new DataLines()
        const parts = cut(Buffer.from(text), size).map((part) => Buffer.from(lines.next(part)))
        const [event] = new SseParser().push(
          Buffer.from(`data: ${Buffer.concat(parts).toString()}\n\n`),
        )
        expect(event === undefined ? undefined : dataOf(event)).toBe(
          text.replaceAll(/\r\n?/g, '\n'),
        )
      },
    ),
  )
})

function parsed(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}
