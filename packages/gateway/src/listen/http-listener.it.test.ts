import { createIds, systemClock } from '@mcp-orchestra/kernel'
import { afterEach, expect, test } from 'vitest'
import { createHttpListener, type HttpListener } from './http-listener.ts'

let listener: HttpListener
afterEach(async () => {
  listener.cut()
  await listener.close()
})

const ask = (url: string, path: string): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: '{}',
  })

test('an answer that cannot be written breaks its own connection and nothing else', async () => {
  const bugs: unknown[] = []
  listener = createHttpListener({
    policy: { allowedOrigins: new Set(), allowedHosts: new Set() },
    ids: createIds(systemClock),
    carry({ path, reply }) {
      if (path === '/broken') reply.setHeader('x-name', 'a\r\nset-cookie: b')
      reply.json(200, '{"ok":true}')
      return Promise.resolve()
    },
    onBug: (error) => bugs.push(error),
  })
  const { url } = await listener.listen({ host: '127.0.0.1', port: 0 })
  await expect(ask(url, '/broken')).rejects.toThrow('fetch failed')
  expect(bugs).toHaveLength(2)
  expect(await (await ask(url, '/fine')).json()).toEqual({ ok: true })
})
