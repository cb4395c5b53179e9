import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Context } from 'hono'
import type { ConsoleFile, ConsoleFiles, Encoding } from './files.ts'
import { consolePolicy } from './policy.ts'

/** First parts of paths that belong to something else: an unknown one of those is 404, never a page. */
const RESERVED =
  /^\/(v1|api|internal|reference|healthz|readyz|openapi\.json|\.well-known|mcp|s)(\/|$)/
/** The build puts a hash of the content into these names. */
const HASHED = /^\/assets\//
/** A path whose last part has a dot asks for a file. */
const FILE_LIKE = /\.[^/]*$/

/** What stands in for a console that nobody has built. */
const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8" /><title>MCP-Orchestra</title></head>
  <body>
    <h1>The console is not built</h1>
    <p>Run <code>npm run build</code> in the folder of MCP-Orchestra, then load this page again.</p>
    <p>The <a href="/reference">API reference</a> is here.</p>
  </body>
</html>
`

/** Mounts the console's files, last of all: whatever no route has taken and a browser asks for is its page. */
export function mountConsole(
  app: ApiApp,
  deps: { readonly files: ConsoleFiles; readonly gatewayUrl: string },
): void {
  const policy = consolePolicy(deps.gatewayUrl)
  const pageHeaders = {
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
  }

  app.get('*', async (context, next) => {
    const { path } = context.req
    if (RESERVED.test(path)) return next()
    const found = path === '/' ? undefined : await deps.files.find(path)
    if (found !== undefined && !found.type.startsWith('text/html')) {
      const caching = HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache'
      // A worker takes the policy of its own file, not that of the page.
      return answerFile(context, found, { 'cache-control': caching, ...pageHeaders })
    }
    if (found === undefined && !asksForPage(context)) return next()
    const page = found ?? (await deps.files.page())
    if (page === undefined) return context.html(NOT_BUILT, 503, pageHeaders)
    return answerFile(context, page, { 'cache-control': 'no-cache', ...pageHeaders })
  })
}

function asksForPage(context: Context): boolean {
  const { path } = context.req
  if (path === '/') return true
  const isPage = !HASHED.test(path) && !FILE_LIKE.test(path)
  return isPage && (context.req.header('accept') ?? '').includes('text/html')
}

async function answerFile(
  context: Context,
  file: ConsoleFile,
  headers: Record<string, string>,
): Promise<Response> {
  const all = { ...headers, etag: file.etag, vary: 'accept-encoding' }
  if (matches(context.req.header('if-none-match'), file.etag)) return context.body(null, 304, all)
  const encoding = encodingOf(context.req.header('accept-encoding') ?? '')
  const encoded = encoding === undefined ? undefined : await file.encoded(encoding)
  return new Response(encoded ?? file.content, {
    headers: {
      ...all,
      'content-type': file.type,
      'content-length': String((encoded ?? file.content).length),
      ...(encoded === undefined || encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
  })
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const strong = etag.replace(/^W\//, '')
  return ifNoneMatch
    .split(',')
    .map((part) => part.trim().replace(/^W\//, ''))
    .some((part) => part === strong || part === '*')
}

/** The best encoding that a browser takes; `q=0` means that it does not. */
function encodingOf(accepted: string): Encoding | undefined {
  const names = accepted
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(';')[0]?.trim())
  if (names.includes('br')) return 'br'
  return names.includes('gzip') ? 'gzip' : undefined
}
