import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** Stands for the peer when a test calls the application without a socket. */
const NO_SOCKET = 'no-socket'

/**
 * The address of the peer that holds the connection. `X-Forwarded-For` and its like are never read:
 * anyone can write them, and a limit or a log line keyed by them is a limit of the caller's choice.
 */
export function clientAddress(context: Context): string {
  const bindings = context.env as Partial<HttpBindings> | undefined
  return bindings?.incoming?.socket.remoteAddress ?? NO_SOCKET
}
