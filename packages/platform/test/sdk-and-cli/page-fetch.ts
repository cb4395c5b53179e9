/** A `fetch` as the pages of one origin have it. */
export type PageFetch = {
  readonly fetch: typeof fetch
  /** Every request that went out, preflights included: `POST http://…`. */
  readonly sent: string[]
  /** The cookies that this browser holds, by name. */
  readonly cookies: Map<string, string>
}

/** Headers that a page may read of any answer of another origin (Fetch standard, CORS-safelisted response-header). */
const READABLE = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
])
/** Headers that a page may send without asking first (Fetch standard, CORS-safelisted request-header). */
const SENDABLE = new Set(['accept', 'accept-language', 'content-language'])

/**
 * What a browser does around `fetch` and Node does not: it names the page, keeps the cookies of the page's own
 * origin, asks other origins before it sends, and lets the page read no more than they allow.
 */
export function pageFetch(origin: string): PageFetch {
  const cookies = new Map<string, string>()
  const sent: string[] = []

  async function own(request: Request): Promise<Response> {
    const jar = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    if (request.credentials !== 'omit' && jar !== '') request.headers.set('cookie', jar)
    if (request.method !== 'GET') request.headers.set('origin', origin)
    sent.push(`${request.method} ${request.url}`)
    const response = await fetch(request)
    for (const line of response.headers.getSetCookie()) keep(cookies, line)
    return response
  }

  async function foreign(request: Request): Promise<Response> {
    const names = [...request.headers.keys()].filter((name) => !SENDABLE.has(name)).sort()
    const asked = await ask(request, names, origin)
    sent.push(`OPTIONS ${request.url}`)
    if (!asked) throw new TypeError('Failed to fetch: the preflight did not allow it')
    request.headers.set('origin', origin)
    sent.push(`${request.method} ${request.url}`)
    const response = await fetch(request)
    if (response.headers.get('access-control-allow-origin') !== origin) {
      await response.body?.cancel()
      throw new TypeError('Failed to fetch: the answer is not for this page')
    }
    const exposed = listOf(response.headers.get('access-control-expose-headers'))
    const readable = [...response.headers].filter(
      ([name]) => READABLE.has(name) || exposed.includes(name),
    )
    const { status } = response
    return new Response(status === 204 ? null : response.body, { status, headers: readable })
  }

  return {
    cookies,
    sent,
    fetch(input, init) {
      const request = new Request(input, init)
      return new URL(request.url).origin === origin ? own(request) : foreign(request)
    },
  }
}

/** A preflight, and whether it allows the request (Fetch standard, CORS-preflight fetch). */
async function ask(request: Request, names: readonly string[], origin: string): Promise<boolean> {
  const { status, headers } = await fetch(request.url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': request.method,
      'access-control-request-headers': names.join(','),
    },
  })
  const methods = listOf(headers.get('access-control-allow-methods'))
  const allowed = listOf(headers.get('access-control-allow-headers'))
  return (
    status === 204 &&
    headers.get('access-control-allow-origin') === origin &&
    methods.includes(request.method.toLowerCase()) &&
    names.every((name) => allowed.includes(name))
  )
}

function listOf(header: string | null): string[] {
  return (header ?? '').split(',').map((name) => name.trim().toLowerCase())
}

function keep(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
  const name = pair.slice(0, pair.indexOf('='))
  const isGone = attributes.some((attribute) => /^max-age=0$/i.test(attribute))
  if (isGone) cookies.delete(name)
  else cookies.set(name, pair.slice(name.length + 1))
}
