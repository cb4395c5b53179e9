import { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiApp, ApiEnv } from '@mcp-orchestra/api/http-app'
import type { Clock, Ids } from '@mcp-orchestra/kernel'
import { bodyLimit } from 'hono/body-limit'
import type { Log } from '../telemetry/log.ts'
import { accessLog } from './access-log.ts'
import { createGcra } from './gcra.ts'
import { jsonOnly, parsedJson } from './json-only.ts'
import { invalidRequest, problemAnswer, toProblem } from './problem-answer.ts'
import { refuse } from './problems.ts'
import { LINK_RATES, PUBLIC_RATES, rateLimit, type RouteRates } from './rate-limit.ts'
import { securityHeaders } from './security-headers.ts'

/** Largest body of a public request, in bytes: a server with 256 variables is a few kilobytes. */
export const PUBLIC_BODY_BYTES_MAX = 1_048_576
/** Bodies that may hold an OpenAPI document of 4 MiB, as JSON text within JSON, in bytes. */
const DOCUMENT_BODY_BYTES_MAX = 9_437_184
const DOCUMENT_PATHS = /^\/v1\/(openapi\/preview|servers|servers\/[\w-]{1,64})$/
/** Largest body from a gateway, in bytes: 500 records, or the tools of a thousand servers. */
export const LINK_BODY_BYTES_MAX = 16_777_216

/** What the application needs of its surroundings. */
export type AppOptions = {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly publicRates?: RouteRates
}

/**
 * An empty application with everything that all routes share: request ids, access log, security
 * headers, rate and body limits, and one translation of errors to RFC 9457. CORS stays off.
 */
export function createApp(options: AppOptions): ApiApp {
  const { clock, ids, log } = options
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook(result) {
      if (!result.success) throw invalidRequest(result.error)
    },
  })
  const gcra = createGcra(clock)

  app.use(async (context, next) => {
    // Made here, never taken from the caller: a log that others can write in is no log.
    context.set('requestId', ids.make('req'))
    await next()
    context.res.headers.set('x-request-id', context.get('requestId'))
  })
  app.use(accessLog(log, clock))
  app.use(securityHeaders())
  const publicLimit = rateLimit(gcra, options.publicRates ?? PUBLIC_RATES)
  const linkLimit = rateLimit(gcra, LINK_RATES)
  app.use((context, next) =>
    context.req.path.startsWith('/internal/')
      ? linkLimit(context, next)
      : publicLimit(context, next),
  )
  app.use('/internal/*', limitBody(LINK_BODY_BYTES_MAX))
  const limitPublic = limitBody(PUBLIC_BODY_BYTES_MAX)
  const limitDocument = limitBody(DOCUMENT_BODY_BYTES_MAX)
  app.use('/v1/*', (context, next) =>
    DOCUMENT_PATHS.test(context.req.path)
      ? limitDocument(context, next)
      : limitPublic(context, next),
  )
  app.use('/api/auth/*', limitPublic)
  app.use('/v1/*', jsonOnly())
  app.use('/internal/*', parsedJson())
  app.use('/api/auth/*', jsonOnly())
  app.use('/api/auth/*', parsedJson())

  app.notFound((context) => problemAnswer(refuse('request.not_found'), context.get('requestId')))
  app.onError((error, context) => {
    const problem = toProblem(error)
    const requestId = context.get('requestId')
    if (problem.kind.status >= 500) {
      log.error(
        { event: 'http.failed', requestId, code: problem.code, err: problem.cause ?? error },
        'failed',
      )
    }
    return problemAnswer(problem, requestId)
  })
  return app
}

function limitBody(maxSize: number) {
  return bodyLimit({
    maxSize,
    onError() {
      throw refuse('request.too_large', { detail: `At most ${maxSize} bytes.` })
    },
  })
}
