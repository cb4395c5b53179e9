import { ArgumentFault } from './argument-fault.ts'

/** How often a value is unescaped when it is looked at: a proxy and a framework may each do it once more than they should. */
const UNESCAPE_ROUNDS = 3

/**
 * Refuses a value that could leave its place in a path: a segment that is empty, `.` or `..`, also behind an
 * escaped or a backward slash, and control characters. Slashes inside a value stay escaped.
 */
export function requirePathValue(argument: string, text: string): void {
  let seen = text
  for (let round = 0; round <= UNESCAPE_ROUNDS; round += 1) {
    if (hasControl(seen)) throw fault(argument, 'has a control character')
    for (const segment of seen.split(/[/\\]/)) {
      if (segment === '') throw fault(argument, 'has an empty part')
      // Servers of the servlet tradition cut a segment at its first semicolon.
      const [name = ''] = segment.split(';')
      if (name === '.' || name === '..') throw fault(argument, `has a part that is "${name}"`)
    }
    const next = unescaped(seen)
    if (next === seen) return
    seen = next
  }
  throw fault(argument, 'is escaped too often')
}

/** Whether a path stays as it is when it is read as a URL: nothing in it climbs, and nothing in it ends it. */
export function isPlainPath(path: string, basePath: string): boolean {
  if (/[?#\s\\]/.test(path) || !path.startsWith(basePath)) return false
  const base = 'http://host'
  return URL.canParse(path, base) && new URL(path, base).pathname === path
}

/** Whether a text has a C0 control character or DEL. */
export function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < 0x20 || code === 0x7f) return true
  }
  return false
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    // A lone percent sign: nobody can read more in it.
    return text
  }
}

function fault(argument: string, what: string): ArgumentFault {
  return new ArgumentFault(`${argument} goes into a path and ${what}.`)
}
