/** The two names by which a browser on this machine knows a loopback address. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost'] as const

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * The origins under which a browser may reach one HTTP address: itself, and for a loopback address the
 * other spelling of it with the same port, because people type either.
 */
export function originSpellings(url: string): string[] {
  const { origin, hostname } = new URL(url)
  if (!LOOPBACK.test(hostname)) return [origin]
  const others = LOOPBACK_NAMES.map((name) => {
    const spelled = new URL(origin)
    spelled.hostname = name
    return spelled.origin
  })
  return [...new Set([origin, ...others])]
}
