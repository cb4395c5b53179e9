import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { createGuardedFetch } from './guarded-fetch.ts'

const servers: Server[] = []
afterAll(() => servers.forEach((server) => server.close()))

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const outside = createGuardedFetch({ mayReachInside: false })
const anywhere = createGuardedFetch({ mayReachInside: true })

describe('addresses inside are never reached for a stranger', () => {
  test.each([
    'http://127.0.0.1:9/',
    'http://2130706433:9/',
    'http://0x7f.1:9/',
    'http://[::1]:9/',
    'http://[::ffff:127.0.0.1]:9/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.1.2.3/',
    'http://localhost:9/',
    'http://user:secret@127.0.0.1:9/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
  ])('%s', async (url) => {
    await expect(outside(url)).rejects.toThrow(/may not be reached/)
  })
})

test('a redirect is an answer, so that whoever follows it is checked again', async () => {
  const origin = await serve((_request, response) => {
    response.writeHead(302, { location: 'http://169.254.169.254/' }).end()
  })
  const response = await anywhere(`${origin}/start`)
  expect(response.status).toBe(302)
  expect(response.headers.get('location')).toBe('http://169.254.169.254/')
})

test('forms, headers and statuses travel whole', async () => {
  const origin = await serve((request, response) => {
    request.setEncoding('utf8')
    let body = ''
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const { 'content-type': type, authorization } = request.headers
      response.writeHead(401, { 'www-authenticate': 'Bearer scope="a"' })
      response.end(JSON.stringify({ method: request.method, type, authorization, body }))
    })
  })
  const response = await anywhere(`${origin}/token`, {
    method: 'POST',
    headers: new Headers({ authorization: 'Basic eA==' }),
    body: new URLSearchParams({ grant_type: 'refresh_token' }),
  })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer scope="a"')
  expect(await response.json()).toEqual({
    method: 'POST',
    type: 'application/x-www-form-urlencoded;charset=UTF-8',
    authorization: 'Basic eA==',
    body: 'grant_type=refresh_token',
  })
})

test('an answer without end and one that does not come are given up', async () => {
  const endless = await serve((_request, response) => {
    const write = () => {
      if (!response.destroyed) response.write('x'.repeat(16_384), write)
    }
    write()
  })
  await expect(anywhere(endless)).rejects.toThrow('over 262144 bytes')
  const silent = await serve(() => undefined)
  const hasty = createGuardedFetch({ mayReachInside: true, timeoutMs: 50 })
  await expect(hasty(silent)).rejects.toThrow('no answer within 50 ms')
})
