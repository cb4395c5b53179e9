/** Redirects of one sign-in at most. */
const STEPS_MAX = 12

/** A browser of few words: follows redirects with cookies until it would leave to an address that starts with `until`. */
export async function browse(start: string, until: string): Promise<string> {
  const cookies = new Map<string, string>()
  let url = start
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (url.startsWith(until)) return url
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    const location = response.headers.get('location')
    if (location === null) throw new Error(`${url}: ${response.status} ${await response.text()}`)
    url = new URL(location, url).href
  }
  throw new Error(`it never came to ${until}`)
}
