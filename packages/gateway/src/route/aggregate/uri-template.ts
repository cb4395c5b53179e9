/** A template longer than this is nobody's; it also bounds the pattern made of it. */
const TEMPLATE_CHARS_MAX = 2_048

/**
 * Whether a URI may have been made from a template (RFC 6570): each `{name}` stands for characters without
 * `/`, each `{+name}` or `{/name}` for any, and `{?…}`/`{&…}`/`{#…}` for an optional rest.
 */
export function matchesTemplate(template: string, uri: string): boolean {
  if (template.length > TEMPLATE_CHARS_MAX) return false
  const parts = template.split(/(\{[^{}]*\})/).filter((part) => part !== '')
  return matchParts(parts, uri)
}

/** Greedy with backtracking over literals only: linear in parts × characters, unlike a regular expression. */
function matchParts(parts: readonly string[], uri: string): boolean {
  let reachable = new Set([0])
  for (const part of parts) {
    const next = new Set<number>()
    for (const at of reachable) for (const end of endsOf(part, uri, at)) next.add(end)
    if (next.size === 0) return false
    reachable = next
  }
  return reachable.has(uri.length)
}

function* endsOf(part: string, uri: string, at: number): Generator<number> {
  if (!part.startsWith('{')) {
    if (uri.startsWith(part, at)) yield at + part.length
    return
  }
  const operator = part[1] ?? ''
  const isOptional = '?&#;'.includes(operator)
  const crossesSlash = isOptional || operator === '+' || operator === '/'
  if (isOptional) yield at
  for (let end = at; end < uri.length; end += 1) {
    if (!crossesSlash && uri[end] === '/') return
    yield end + 1
  }
}
