import { headerOf } from '../protocol/codec.ts'
import type { Visit } from './visit.ts'

/** The revision that the client names, for the server's stream; nothing when it names none. */
export function versionOf({ exchange }: Visit): Record<string, string> {
  const version = headerOf(exchange.headers, 'mcp-protocol-version')
  return version === undefined ? {} : { 'mcp-protocol-version': version }
}
