import { sendHttp } from './http/http-upstream.ts'
import type { HttpPools } from './http/pools.ts'
import type { ModernUpstream } from './modern-upstream.ts'

/** Modern servers over streamable HTTP: one POST for each message, and closing it cancels. */
export function createModernHttp(pools: HttpPools): ModernUpstream {
  return {
    send: (server, { text, headers, signal, heldBytesMax }) =>
      sendHttp(pools, server, { method: 'POST', body: text, headers, signal, heldBytesMax }),
  }
}
