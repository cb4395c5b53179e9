import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http'
import { listenLocally } from '../../src/fixture-server/local-listener.ts'

/** A loopback proxy that adds what the suite cannot send: the key. */
export type KeyProxy = { readonly url: string; close(): Promise<void> }

/** Passes every byte both ways between its own `/mcp` and the target, with `Authorization` added. */
export async function startKeyProxy(target: string, apiKey: string): Promise<KeyProxy> {
  function pass(request: IncomingMessage, response: ServerResponse): void {
    const headers = { ...request.headers, authorization: `Bearer ${apiKey}` }
    const hop = forward(target, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      response.flushHeaders()
      answer.pipe(response)
      answer.once('error', () => response.destroy())
    })
    hop.once('error', () => response.destroy())
    response.once('close', () => hop.destroy())
    request.pipe(hop)
  }
  const listener = await listenLocally(pass)
  return { url: `${listener.origin}/mcp`, close: () => listener.close() }
}
