import { OpenAPIHono } from '@hono/zod-openapi'
import type { ApiEnv } from '@mcp-orchestra/api/http-app'
import { expect, test } from 'vitest'
import { startHttpServer } from './server.ts'

test('before there is something to serve, the answer is a problem that says when to ask again', async () => {
  const server = await startHttpServer({ host: '127.0.0.1', port: 0 })
  try {
    const early = await fetch(`${server.url}/v1/me`)
    expect(early.status).toBe(503)
    expect(early.headers.get('retry-after')).toBe('1')
    expect(early.headers.get('content-type')).toBe('application/problem+json')
    expect(await early.json()).toMatchObject({ code: 'request.starting', retryable: true })
    const app = new OpenAPIHono<ApiEnv>()
    app.get('/v1/me', (context) => context.text('here'))
    server.serve(app)
    expect(await (await fetch(`${server.url}/v1/me`)).text()).toBe('here')
  } finally {
    await server.close()
  }
})
