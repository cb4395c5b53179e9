import { EventEmitter, once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { text as readText } from 'node:stream/consumers'
import { listenLocally } from './local-listener.ts'
import {
  fillRawText,
  readRawCall,
  replyTo,
  sizedText,
  type RawCall,
  type RawReply,
  type RawScript,
} from './raw-script.ts'

/** One request as it arrived, to be compared byte by byte with what was sent. */
export type RawArrival = {
  readonly headers: IncomingHttpHeaders
  readonly call: RawCall
}

/** A running raw server. */
export type RawServer = {
  readonly url: string
  /** Every message so far, in the order of arrival. */
  readonly arrivals: readonly RawArrival[]
  /** Resolves when a message has arrived that fits, now or later. */
  arrived(fits: (call: RawCall) => boolean): Promise<RawCall>
  /** Resolves when the connection of an unanswered call of this tool is gone. */
  abandoned(tool: string): Promise<void>
  close(): Promise<void>
}

/** Serves a script over streamable HTTP on 127.0.0.1, below the SDK, so that every byte is the script's. */
export async function startRawServer(options: {
  readonly era: 'legacy' | 'modern'
  readonly script: RawScript
}): Promise<RawServer> {
  const arrivals: RawArrival[] = []
  const news = new EventEmitter()
  const gone = new Set<string>()
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST') {
      response.writeHead(request.method === 'DELETE' ? 200 : 405).end()
      return
    }
    const call = readRawCall(await readText(request))
    arrivals.push({ headers: request.headers, call })
    news.emit('news')
    response.once('close', () => {
      if (response.writableEnded) return
      gone.add(call.name ?? call.method)
      news.emit('news')
    })
    if (call.id === undefined || call.method === '') {
      response.writeHead(202).end()
      return
    }
    if (call.method === 'initialize') response.setHeader('mcp-session-id', 'raw-session')
    send(response, replyTo(call, options.script, options.era), call, options.era)
  }
  const listener = await listenLocally((request, response) => void serve(request, response))
  return {
    url: `${listener.origin}/mcp`,
    arrivals,
    async arrived(fits) {
      for (;;) {
        const arrival = arrivals.find(({ call }) => fits(call))
        if (arrival !== undefined) return arrival.call
        await once(news, 'news')
      }
    },
    async abandoned(tool) {
      while (!gone.has(tool)) await once(news, 'news')
    },
    close: () => listener.close(),
  }
}

function send(
  response: ServerResponse,
  reply: RawReply,
  call: RawCall,
  era: 'legacy' | 'modern',
): void {
  switch (reply.kind) {
    case 'json':
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' })
      response.end(fillRawText(reply.text, call))
      return
    case 'stream':
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const text of reply.texts) response.write(toEvent(fillRawText(text, call)))
      response.end()
      return
    case 'die':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(fillRawText(reply.text ?? ' ', call), () => response.destroy())
      return
    case 'hang':
      return
    case 'oversized':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(fillRawText(sizedText(reply.letters, era), call))
      return
    case 'flood':
      send(response, { kind: 'oversized', letters: 1 }, call, era)
  }
}

/** One event; a text with line ends takes one `data` field a line (HTML §9.2.6). */
function toEvent(text: string): string {
  const data = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`)
  return `event: message\n${data.join('')}\n`
}
