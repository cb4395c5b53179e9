/**
 * The upstream of all subjects: an MCP server of both eras on `node:net`, as cheap as Node can be. It
 * reads the id of a call and writes a fixed result with it; nothing else of a call is looked at.
 *
 *     node bench/upstream/http-upstream.ts [--fail-call n] [--endless]
 */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import { emptyReply, eventChunk, jsonReply, readRequest, STREAM_HEAD } from './http-exchange.ts'
import {
  acknowledgedNotice,
  callAnswer,
  changedNotice,
  failedAnswer,
  handshakeAnswer,
  idTextOf,
  progressNotice,
} from './message.ts'

const { values } = parseArgs({
  options: {
    /** Fails this call, counted from 1: the bench must notice. */
    'fail-call': { type: 'string' },
    /** Answers every call with a stream of progress that never ends. */
    endless: { type: 'boolean', default: false },
  },
})
const failCall = Number(values['fail-call'] ?? 0)
let calls = 0
/** Open event streams and the subscription that each serves, to be seen at `/counts` and told by `/announce`. */
const streams = new Map<Socket, string | undefined>()

const server = createServer({ noDelay: true }, (socket) => {
  let held = ''
  socket.on('data', (chunk) => {
    let bytes = held + chunk.toString('latin1')
    let reply = ''
    for (;;) {
      const request = readRequest(bytes)
      if (request === undefined) break
      bytes = request.rest
      reply += request.method === 'POST' ? post(socket, request.body) : other(socket, request.head)
    }
    held = bytes
    if (reply !== '') socket.write(reply, 'latin1')
  })
  // A subject that leaves mid-call is none of the upstream's business.
  socket.on('error', () => socket.destroy())
})
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`)
})
process.stdin.on('end', () => process.exit(0)).resume()

function post(socket: Socket, body: string): string {
  if (body.includes('"method":"tools/call"')) {
    const idText = idTextOf(body) ?? 'null'
    calls += 1
    if (values.endless) return openStream(socket, undefined) + eventChunk(progressNotice(idText))
    return jsonReply(calls === failCall ? failedAnswer(idText) : callAnswer(idText))
  }
  if (body.includes('"method":"subscriptions/listen"')) return listen(socket, idTextOf(body))
  const answer = handshakeAnswer(body)
  return answer === undefined ? emptyReply(202) : jsonReply(answer)
}

function other(socket: Socket, head: string): string {
  if (head.startsWith('DELETE')) return emptyReply(200)
  if (head.startsWith('GET /counts'))
    return jsonReply(JSON.stringify({ calls, streams: streams.size }))
  if (head.startsWith('GET /announce')) {
    for (const [stream, idText] of streams) stream.write(eventChunk(changedNotice(idText)))
    return emptyReply(200)
  }
  if (!head.includes('text/event-stream')) return emptyReply(200)
  return openStream(socket, undefined)
}

function listen(socket: Socket, idText: string | undefined): string {
  return openStream(socket, idText) + eventChunk(acknowledgedNotice(idText))
}

function openStream(socket: Socket, idText: string | undefined): string {
  streams.set(socket, idText)
  socket.once('close', () => streams.delete(socket))
  return STREAM_HEAD
}
