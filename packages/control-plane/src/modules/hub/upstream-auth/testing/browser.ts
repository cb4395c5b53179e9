import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'

/** Redirects of one sign-in at most. */
const STEPS_MAX = 12

/** A browser of few words: follows redirects with cookies until it would leave to an address that starts with `until`. */
export async function browse(start: string, until: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (url.startsWith(until)) return url
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await visit(url, cookie)
    const body = await text(response)
    for (const line of response.headers['set-cookie'] ?? []) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const { location } = response.headers
    if (location === undefined) throw new Error(`${url}: ${response.statusCode} ${body}`)
    url = new URL(location, url).href
  }
  throw new Error(`it never came to ${until}`)
}

/** Opens a page as a person does: `fetch` would say of itself that it is a script, and servers answer those otherwise. */
function visit(url: string, cookie: string): Promise<IncomingMessage> {
  const headers = { cookie, accept: 'text/html', 'sec-fetch-mode': 'navigate' }
  return new Promise((resolve, reject) => {
    get(url, { headers }, resolve).on('error', reject)
  })
}
