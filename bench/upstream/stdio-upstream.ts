/** The same upstream over stdio: one line in, one line out. */
import { callAnswer, handshakeAnswer, idTextOf } from './message.ts'

let held = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', (chunk: string) => {
  const lines = (held + chunk).split('\n')
  held = lines.pop() ?? ''
  let out = ''
  for (const line of lines) {
    const answer = line.includes('"method":"tools/call"')
      ? callAnswer(idTextOf(line) ?? 'null')
      : handshakeAnswer(line)
    if (answer !== undefined) out += `${answer}\n`
  }
  if (out !== '') process.stdout.write(out)
})
process.stdin.on('end', () => process.exit(0))
