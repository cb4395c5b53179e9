import { sendHttp } from './http/http-upstream.ts'
import type { HttpPools } from './http/pools.ts'
import type { ModernUpstream } from './modern-upstream.ts'
import { createOpenApiUpstream } from './openapi/openapi-upstream.ts'
import type { ChildPool } from './stdio/child-pool.ts'
import { createModernStdio } from './stdio/modern-stdio.ts'

/** Modern servers in their own era, however they are reached; REST APIs among them, which we speak it for. */
export function createModernNative(pools: HttpPools, children: ChildPool): ModernUpstream {
  const http = createModernHttp(pools)
  const stdio = createModernStdio(children)
  const openapi = createOpenApiUpstream(pools)
  const ways = { http, stdio, openapi }
  return {
    send: (server, request) => ways[server.transport.kind].send(server, request),
  }
}

/** Modern servers over streamable HTTP: one POST for each message, and closing it cancels. */
export function createModernHttp(pools: HttpPools): ModernUpstream {
  return {
    send: (server, { caller, text, headers, signal, heldBytesMax }) =>
      sendHttp(pools.as(caller), server, {
        method: 'POST',
        body: text,
        headers,
        signal,
        heldBytesMax,
      }),
  }
}
