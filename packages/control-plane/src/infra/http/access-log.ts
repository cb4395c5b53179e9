import type { Clock } from '@mcp-orchestra/kernel'
import type { ApiEnv } from '@mcp-orchestra/api/http-app'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Log } from '../telemetry/log.ts'

/**
 * One line per answer, built from named members only: no query, no header, no body, and the route's
 * pattern instead of the path, so neither a token nor an id of a customer reaches the log.
 */
export function accessLog(log: Log, clock: Clock): MiddlewareHandler<ApiEnv> {
  return async (context, next) => {
    const startedMs = clock.monotonicMs()
    await next()
    log.debug(
      {
        event: 'http.answered',
        requestId: context.get('requestId'),
        method: context.req.method,
        route: routePath(context, -1),
        status: context.res.status,
        durationMs: Math.round((clock.monotonicMs() - startedMs) * 100) / 100,
      },
      'answered',
    )
  }
}
