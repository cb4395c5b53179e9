import { appendFileSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  fillRawText,
  readRawCall,
  replyTo,
  sizedText,
  type RawReply,
  type RawScript,
} from './raw-script.ts'

/** Bytes written to standard error at once by the flood. */
const FLOOD_CHUNK_BYTES = 65_536

const { values } = parseArgs({
  options: {
    /** A file with the script as JSON. */
    script: { type: 'string' },
    /** A file that gets every line that arrives. */
    log: { type: 'string' },
    /** A file that gets the process id. */
    pid: { type: 'string' },
  },
})
const script =
  values.script === undefined ? {} : (JSON.parse(readFileSync(values.script, 'utf8')) as RawScript)
if (values.pid !== undefined) appendFileSync(values.pid, `${process.pid}\n`)

for await (const line of linesOf(process.stdin)) {
  if (values.log !== undefined) appendFileSync(values.log, `${line}\n`)
  const call = readRawCall(line)
  if (call.id === undefined || call.method === '') continue
  const fill = (text: string) => writeLine(fillRawText(text, call))
  const reply: RawReply = replyTo(call, script, 'legacy')
  switch (reply.kind) {
    case 'json':
      fill(reply.text)
      break
    case 'stream':
      for (const text of reply.texts) fill(text)
      break
    case 'die':
      process.exit(3)
      break
    case 'hang':
      break
    case 'oversized':
      fill(sizedText(reply.letters, 'legacy'))
      break
    case 'flood':
      for (let sent = 0; sent < reply.bytes; sent += FLOOD_CHUNK_BYTES) {
        process.stderr.write('e'.repeat(FLOOD_CHUNK_BYTES))
      }
      fill(sizedText(1, 'legacy'))
  }
}

function writeLine(text: string): void {
  process.stdout.write(`${text}\n`)
}

/** Lines end at LF alone: `node:readline` would also end one at U+2028, which JSON may hold. */
async function* linesOf(input: NodeJS.ReadStream): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of input.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
