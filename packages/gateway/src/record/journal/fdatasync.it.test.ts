import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { requireTool } from '../../../../../tools/require-tool.ts'
import { startReplyServer } from './reply-server-process.testing.ts'
import { parseTrace, type TracedCall } from './trace.testing.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'traced-'))
})
afterEach(() => rm(root, { recursive: true }))

/** Long enough that strace shows a whole group commit. */
const SHOWN_BYTES = 65_536

it('a system-call trace shows fdatasync of the record before the last byte of its reply', async (context) => {
  const strace = requireTool(context, 'strace')
  const output = join(root, 'trace')
  const calls = 'trace=pwrite64,fdatasync,fsync,write,writev,sendto,sendmsg'
  const options = ['-f', '-y', '-s', `${SHOWN_BYTES}`, '-e', calls, '-o', output]
  const server = await startReplyServer(root, [strace, ...options])
  const names = Array.from({ length: 60 }, (_, index) => `call-${index}`)
  for (const name of names.slice(0, 20)) await server.call(name)
  await Promise.all(names.slice(20).map((name) => server.call(name)))
  await server.stop()

  const trace = parseTrace(await readFile(output, 'utf8'))
  const isSegment = ({ text }: TracedCall): boolean => /\.seg>|spare\.new>/.test(text)
  const written = trace.filter((call) => call.name === 'pwrite64' && isSegment(call))
  const synced = trace.filter((call) => call.name === 'fdatasync' && isSegment(call))
  const sent = trace.filter(({ text }) => /socket:|TCP:/.test(text))
  for (const name of names) {
    const record = written.find(({ text }) => text.includes(`/${name}\\"`))
    const reply = sent.find(({ text }) => text.includes(`done/${name}.`))
    if (record === undefined || reply === undefined) throw new Error(`${name} is not in the trace`)
    const sync = synced.find(({ begunAt }) => begunAt > record.endedAt)
    expect(sync?.result).toBe('0')
    expect(sync?.endedAt).toBeLessThan(reply.begunAt)
  }
  expect(synced.length).toBeLessThan(names.length + 5)
})
