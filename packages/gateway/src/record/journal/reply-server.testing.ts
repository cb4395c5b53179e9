import { createServer } from 'node:http'
import { argv } from 'node:process'
import { systemTimers } from '../timers.ts'
import { keepEvents, TEST_INCARNATION } from '../testing.ts'
import { openJournal } from './open-journal.ts'

/**
 * A server that journals each request's URL and only then writes the last byte of its reply: the smallest
 * process in which "durable before the caller has it" can be watched from outside. Argument: the root.
 */
const root = argv[2] ?? ''
const journal = await openJournal({
  root,
  incarnationId: TEST_INCARNATION,
  timers: systemTimers,
  events: keepEvents(),
  segmentBytes: 65_536,
})

const server = createServer((request, response) => {
  if (request.url === '/stop') {
    // NOTE: from inside, so that a tracer sees the end and writes all it has.
    void journal.close().then(() => process.exit(0))
    return
  }
  const text = JSON.stringify({ call: request.url })
  response.write(`begun${request.url} `)
  void journal.commit([{ kind: 'usage', keyed: false, text }]).then(() => {
    response.end(`done${request.url}.`)
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`)
})
