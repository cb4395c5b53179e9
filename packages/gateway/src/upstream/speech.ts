import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { CallerIdentity } from '../authorize/caller.ts'
import type { ClientEra } from '../route/endpoint.ts'

/**
 * In which era a server is spoken to on behalf of a client of the given era: the client's own wherever the server
 * has it, else the server's, with a translation between. Known answers come at once; a promise visits the server, in the
 * name of the caller where the server wants to know one.
 */
export interface Speech {
  eraFor(
    server: ServerEntity,
    client: ClientEra,
    caller?: CallerIdentity,
  ): ClientEra | Promise<ClientEra>
  /** What the server answered contradicts what was known of it: the next question visits it again. */
  doubt(server: ServerEntity): void
}

/** Speech by registration alone: `auto` is taken for the client's own era over HTTP, and for legacy over stdio. For a relay without a book of eras. */
export const SPEECH_AS_REGISTERED: Speech = {
  eraFor({ era, transport }, client) {
    // REST APIs are spoken for by us, in the modern era.
    if (transport.kind === 'openapi') return 'modern'
    if (era !== 'auto') return era
    return transport.kind === 'stdio' ? 'legacy' : client
  },
  doubt: () => undefined,
}
