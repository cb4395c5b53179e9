import type { HonoRequest, MiddlewareHandler } from 'hono'
import { refuse } from './problems.ts'

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i

/** Refuses a body of any other type: a form of a stranger's page can never pass for an API call. */
export function jsonOnly(): MiddlewareHandler {
  return async (context, next) => {
    const { method } = context.req
    const carries = method === 'POST' || method === 'PUT' || method === 'PATCH'
    const type = context.req.header('content-type')
    if (carries && hasBody(context.req) && (type === undefined || !JSON_TYPE.test(type))) {
      throw refuse('request.unsupported_media')
    }
    await next()
  }
}

/** Refuses a POST whose body is not JSON, before a handler reads it (the parsed body is kept for it). */
export function parsedJson(): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.method === 'POST' && hasBody(context.req)) {
      try {
        await context.req.json()
      } catch (cause) {
        if (!(cause instanceof SyntaxError)) throw cause
        throw refuse('request.invalid', { detail: 'The body is not JSON.', cause })
      }
    }
    await next()
  }
}

/** A request that says it has no bytes has no body, though the server hands out a stream for it. */
function hasBody(request: HonoRequest): boolean {
  const length = request.header('content-length')
  if (length !== undefined) return length !== '0'
  return request.header('transfer-encoding') !== undefined || request.raw.body !== null
}
