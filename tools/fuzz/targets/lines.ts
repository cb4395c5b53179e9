import assert from 'node:assert/strict'
import {
  LineSplitter,
  type Line,
} from '../../../packages/gateway/src/upstream/stdio/line-splitter.ts'
import { bytesOf, chunksOf, splitLine, type Target } from '../target.ts'
import { MESSAGES, WORDS } from './words.ts'

/** Small enough that inputs have lines on both sides of it. */
const BYTES_MAX = 100

/** A child's output: the same lines whatever the chunks, and those over the cap in parts. */
export const lines: Target = {
  name: 'lines',
  seeds: [
    `4,50\n${MESSAGES.join('\n')}\n`,
    '1\n\r\n  \n\n{"a":1}\r\nunfinished',
    '\n\xff\xfe\n\xc3\n',
  ],
  words: [...WORDS, '\n', '\r\n', '\n\n', '\xef\xbb\xbf', '\xc2\xa0', '"id":1,"result":{'],
  run(input) {
    const [cuts, body] = splitLine(input)
    const bytes = bytesOf(body)
    const splitter = new LineSplitter(BYTES_MAX)
    const found = joined(chunksOf(cuts, bytes).flatMap((chunk) => splitter.push(chunk)))
    assert.deepEqual(found, plainly(bytes))
    assert.deepEqual(found, joined(new LineSplitter(BYTES_MAX).push(bytes)))
  },
}

/** Each line as text, and one over the cap as the bytes of its parts; what has not ended is left out. */
function joined(pieces: readonly Line[]): (string | Buffer)[] {
  const found: (string | Buffer)[] = []
  let parts: Uint8Array[] = []
  for (const piece of pieces) {
    if (piece.kind === 'part') parts.push(piece.bytes)
    else if (piece.kind === 'line') found.push(piece.text)
    else {
      found.push(Buffer.concat(parts))
      parts = []
    }
  }
  return found
}

/** All in memory; bytes for a line over the cap. */
function plainly(bytes: Buffer): (string | Buffer)[] {
  return bytes
    .toString('latin1')
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'latin1'))
    .map((line) => (line.length > BYTES_MAX ? line : line.toString('utf8').trim()))
    .filter((text) => text !== '')
}
