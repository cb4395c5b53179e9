import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { benchServer } from '../../listen/testing.ts'
import { Backoff } from './backoff.ts'
import { LineSplitter, type Line } from './line-splitter.ts'
import { MessageQueue } from '../duplex/message-queue.ts'
import { heldEvents } from '../held-events.ts'
import { findOnPath, planSpawn } from './spawn-plan.ts'
import { StderrTail } from './stderr-tail.ts'

function split(bytes: Uint8Array, cuts: readonly number[], bytesMax?: number): Line[] {
  const splitter = new LineSplitter(bytesMax)
  const lines: Line[] = []
  let at = 0
  for (const cut of [
    ...cuts.map((nat) => nat % (bytes.length + 1)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    lines.push(...splitter.push(bytes.subarray(at, cut)))
    at = cut
  }
  return lines
}

describe('lines of a child', () => {
  test('come out whole, whatever the chunks; the last one needs its end', () => {
    fc.assert(
      fc.property(fc.array(fc.json()), fc.array(fc.nat()), (texts, cuts) => {
        const bytes = Buffer.from(`${texts.map((text) => `${text}\r\n\n`).join('')}{"unfinished"`)
        expect(split(bytes, cuts)).toEqual(texts.map((text) => ({ kind: 'line', text })))
      }),
    )
  })

  test('over the cap come in parts, none of which is held', () => {
    const [long, longer] = ['y'.repeat(5_000), 'z'.repeat(9_000)]
    const bytes = Buffer.from(`{"b":2}\n${long}\n${longer}\n{"a":1}\n`)
    fc.assert(
      fc.property(fc.array(fc.nat()), (cuts) => {
        const lines = split(bytes, cuts, 1_000)
        expect(lines.filter(({ kind }) => kind !== 'part')).toEqual([
          { kind: 'line', text: '{"b":2}' },
          { kind: 'end' },
          { kind: 'end' },
          { kind: 'line', text: '{"a":1}' },
        ])
        const parts = lines.map((line) =>
          line.kind === 'part'
            ? Buffer.from(line.bytes).toString()
            : line.kind === 'end'
              ? '|'
              : '',
        )
        expect(parts.join('')).toBe(`${long}|${longer}|`)
      }),
      { numRuns: 20 },
    )
  })
})

describe('the last words of a child', () => {
  test('are the last bytes, and never more than the cap', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        const tail = new StderrTail(64)
        for (const chunk of chunks) tail.push(chunk)
        expect(tail.bytes).toBe(
          Math.min(
            64,
            chunks.reduce((sum, chunk) => sum + chunk.length, 0),
          ),
        )
      }),
    )
    const tail = new StderrTail(10)
    tail.push(Buffer.from('0123456789abc'))
    tail.push(Buffer.from('def'))
    expect(tail.quote([])).toBe('6789abcdef')
  })

  test('hold no configured secret, no token and no terminal code', () => {
    const tail = new StderrTail()
    tail.push(
      Buffer.from('\u001b[31mkey hunter22 and mcpo_live_abc123 Bearer ey.J-x sk-abcdefgh12\u0007'),
    )
    const words = tail.quote(['hunter22'])
    expect(words).toBe('key *** and *** *** ***')
  })
})

test('a child is planned without a shell, with a minimal environment, bound to our life where the machine can', () => {
  const server = benchServer('s', {
    kind: 'stdio',
    command: 'cmd',
    args: ['a b', '$(x)'],
    env: { TOKEN: 't' },
  })
  expect(planSpawn(server, { PATH: '/bin', HOME: '/h' }, undefined)).toEqual({
    command: 'cmd',
    args: ['a b', '$(x)'],
    env: { PATH: '/bin', HOME: '/h', TOKEN: 't' },
    cwd: undefined,
    secrets: ['t'],
  })
  expect(planSpawn(server, {}, '/usr/bin/setpriv')).toMatchObject({
    command: '/usr/bin/setpriv',
    args: ['--pdeathsig', 'KILL', '--no-new-privs', '--', 'cmd', 'a b', '$(x)'],
  })
  expect(findOnPath('no-such-program', '/bin:/usr/bin')).toBeUndefined()
})

test('a server that fails at once waits longer each time, up to 30 s; one that served may be started again at once', () => {
  const backoff = new Backoff()
  backoff.noteEnd(0, 20_000, false, 'served')
  expect(backoff.waitMs(0)).toBe(0)
  const waits = Array.from({ length: 12 }, () => {
    backoff.noteEnd(0, 10, true, 'crash')
    return backoff.waitMs(0)
  })
  expect(waits.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000])
  expect(waits.at(-1)).toBe(30_000)
  expect(backoff.lastReason).toBe('crash')
})

test('a queue gives what was put in before it fails or ends, counts it out, and tells when its reader leaves', async () => {
  let out = 0
  let left = 0
  const queue = new MessageQueue(
    (chars) => (out += chars),
    () => (left += 1),
  )
  queue.push('a')
  queue.push('bc')
  queue.fail(new Error('gone'))
  const got: string[] = []
  await expect(
    (async () => {
      for await (const event of heldEvents(queue)) got.push(event.fields.at(-1)?.value ?? '')
    })(),
  ).rejects.toThrow('gone')
  expect([got, out, left, queue.isOpen]).toEqual([['a', 'bc'], 3, 1, false])
})
