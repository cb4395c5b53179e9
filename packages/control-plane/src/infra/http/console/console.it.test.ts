import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { createIds, instant, type Clock } from '@mcp-orchestra/kernel'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLog } from '../../telemetry/log.ts'
import { createApp } from '../app.ts'
import { startHttpServer, type HttpServer } from '../server.ts'
import { createConsoleFiles } from './files.ts'
import { mountConsole } from './mount.ts'

const PAGE =
  '<!doctype html><title>Console</title><script type="module" src="/assets/app.js"></script>'
const SCRIPT = `export const text = ${JSON.stringify('words '.repeat(2_000))}\n`
const HTML = { accept: 'text/html,*/*;q=0.8' }

let parent: string
let dist: string
let server: HttpServer
let nowMs: number

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'orchestra-console-'))
  dist = join(parent, 'dist')
  await mkdir(join(dist, 'assets'), { recursive: true })
  await writeFile(join(parent, 'secret.txt'), 'a secret beside the build')
  await writeFile(join(dist, 'index.html'), PAGE)
  await writeFile(join(dist, 'assets', 'app.js'), SCRIPT)
  await writeFile(join(dist, 'assets', 'app.js.map'), '{}')
  await writeFile(join(dist, 'assets', 'tiny.css'), 'a{}')
  await writeFile(join(dist, 'icon.png'), Buffer.from([0x89, 0x50]))
  await symlink(join(parent, 'secret.txt'), join(dist, 'assets', 'link.txt'))
  nowMs = 0
  const clock: Clock = { now: () => instant(nowMs), monotonicMs: () => nowMs }
  const app = createApp({ clock, ids: createIds(clock), log: createLog('silent') })
  app.get('/v1/here', (context) => context.json({ here: true }))
  mountConsole(app, {
    files: createConsoleFiles(dist, clock),
    gatewayUrl: 'http://127.0.0.1:7301',
  })
  server = await startHttpServer({ host: '127.0.0.1', port: 0 })
  server.serve(app)
})
afterEach(async () => {
  await server.close()
  await rm(parent, { recursive: true })
})

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer }

/** Sends a path as it is: `fetch` would tidy it up first. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const sent = request({ hostname, port, path, method, headers, agent: false }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('the page', () => {
  test.each(['/', '/welcome?token=abc', '/servers/srv_1', '/calls'])(
    'is what a browser gets at %s, to be asked for again each time',
    async (path) => {
      const page = await get(path, HTML)
      expect([page.status, page.body.toString()]).toEqual([200, PAGE])
      expect(page.headers).toMatchObject({
        'cache-control': 'no-cache',
        'content-type': 'text/html; charset=utf-8',
        'cross-origin-opener-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
      })
    },
  )

  test('may run its own files, ask us and the gateway under both names, and nothing else', async () => {
    const { headers } = await get('/', HTML)
    expect(headers['content-security-policy']).toBe(
      [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self' http://127.0.0.1:7301 http://localhost:7301",
        "manifest-src 'self'",
        "worker-src 'self'",
        'media-src blob: data:',
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    )
  })

  test.each([
    '/v1/nowhere',
    '/v1',
    '/api/auth/nowhere',
    '/internal/nowhere',
    '/reference/nowhere',
    '/healthz/x',
    '/openapi.json/x',
    '/.well-known/oauth-protected-resource',
  ])('does not stand in for an address of the API: %s', async (path) => {
    const answer = await get(path, HTML)
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toBe('application/problem+json')
  })

  test('is for browsers: a program that asks for something else gets 404', async () => {
    expect((await get('/calls', { accept: 'application/json' })).status).toBe(404)
    expect((await get('/calls', HTML, 'POST')).status).toBe(404)
  })

  test('says how to build it when nobody has, and shows as soon as somebody does', async () => {
    await rm(dist, { recursive: true })
    const missing = await get('/', HTML)
    expect(missing.status).toBe(503)
    expect(missing.body.toString()).toContain('npm run build')
    expect(missing.body.toString()).not.toMatch(/<script|style=|<style/)
    await mkdir(dist)
    await writeFile(join(dist, 'index.html'), PAGE)
    expect((await get('/', HTML)).status).toBe(200)
  })

  test('is that of the newest build, with its files', async () => {
    await get('/', HTML)
    await writeFile(join(dist, 'assets', 'new.js'), 'export {}\n')
    await writeFile(join(dist, 'index.html'), `${PAGE}<!-- new -->`)
    await utimes(join(dist, 'index.html'), 1_000, 1_000)
    expect((await get('/', HTML)).body.toString()).toContain('new')
    expect((await get('/assets/new.js')).status).toBe(200)
  })
})

describe('a file', () => {
  test('of the build never changes, and is so cached', async () => {
    const script = await get('/assets/app.js')
    expect([script.status, script.body.toString()]).toEqual([200, SCRIPT])
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'content-length': String(SCRIPT.length),
      vary: 'accept-encoding',
    })
    const icon = await get('/icon.png')
    expect(icon.headers).toMatchObject({ 'content-type': 'image/png', 'cache-control': 'no-cache' })
  })

  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip;q=1.0, br;q=0', 'gzip', gunzipSync],
  ])('is compressed for who takes it: %s', async (accepted, encoding, decompress) => {
    const answer = await get('/assets/app.js', { 'accept-encoding': accepted })
    expect(answer.headers['content-encoding']).toBe(encoding)
    expect(Number(answer.headers['content-length'])).toBe(answer.body.length)
    expect(answer.body.length).toBeLessThan(SCRIPT.length / 10)
    expect(decompress(answer.body).toString()).toBe(SCRIPT)
    const tiny = await get('/assets/tiny.css', { 'accept-encoding': accepted })
    expect(tiny.headers['content-encoding']).toBeUndefined()
  })

  test('that a browser has already is not sent again', async () => {
    for (const path of ['/assets/app.js', '/']) {
      const { etag = '' } = (await get(path, HTML)).headers
      const again = await get(path, { ...HTML, 'if-none-match': `"other", ${etag}` })
      expect([again.status, again.body.length]).toEqual([304, 0])
      expect(again.headers.etag).toBe(etag)
      expect((await get(path, { ...HTML, 'if-none-match': '"other"' })).status).toBe(200)
    }
  })

  test('can be asked about without being sent', async () => {
    const head = await get('/assets/app.js', {}, 'HEAD')
    expect([head.status, head.body.length]).toEqual([200, 0])
    expect(head.headers['content-length']).toBe(String(SCRIPT.length))
  })

  test.each(['/assets/gone.js', '/assets/gone', '/gone.png', '/assets/app.js.map'])(
    'that is not there is 404 and never the page: %s',
    async (path) => {
      expect((await get(path, HTML)).status).toBe(404)
    },
  )

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..\\..\\secret.txt',
    '/assets/link.txt',
    '/assets/%00',
    '//etc/passwd',
    '/%E0%A4%A',
  ])('of the machine is out of reach: %s', async (path) => {
    const answer = await get(path, { accept: '*/*' })
    expect([400, 404]).toContain(answer.status)
    expect(answer.body.toString()).not.toContain('secret beside')
  })

  test('that is missing is looked for on the disk once a second, not for every request', async () => {
    await get('/', HTML)
    expect((await get('/assets/late.js')).status).toBe(404)
    await writeFile(join(dist, 'assets', 'late.js'), 'export {}\n')
    expect((await get('/assets/late.js')).status).toBe(404)
    nowMs += 1_000
    expect((await get('/assets/late.js')).status).toBe(200)
  })
})
