/** Longer templates and URIs are nobody's; together they bound the work at some 70,000 steps a template. */
const TEMPLATE_CHARS_MAX = 2_048
const TEMPLATE_PARTS_MAX = 33
const URI_CHARS_MAX = 2_048

/**
 * Whether a URI may have been made from a template (RFC 6570): each `{name}` stands for characters without
 * `/`, each `{+name}` or `{/name}` for any, and `{?…}`, `{&…}`, `{;…}`, `{#…}` for an optional rest. Linear
 * in parts × characters, which a regular expression of the same template would not be.
 */
export function matchesTemplate(template: string, uri: string): boolean {
  if (template.length > TEMPLATE_CHARS_MAX || uri.length > URI_CHARS_MAX) return false
  const parts = template.split(/(\{[^{}]*\})/).filter((part) => part !== '')
  if (parts.length > TEMPLATE_PARTS_MAX) return false
  /** Marks every position of the URI up to which the parts so far can reach. */
  let reachable = new Uint8Array(uri.length + 1)
  reachable[0] = 1
  for (const part of parts) {
    reachable = part.startsWith('{') ? expand(part, uri, reachable) : literal(part, uri, reachable)
  }
  return reachable[uri.length] === 1
}

function literal(part: string, uri: string, reachable: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(reachable.length)
  for (let at = 0; at + part.length <= uri.length; at += 1) {
    if (reachable[at] === 1 && uri.startsWith(part, at)) next[at + part.length] = 1
  }
  return next
}

function expand(part: string, uri: string, reachable: Uint8Array): Uint8Array<ArrayBuffer> {
  const operator = part[1] ?? ''
  const isOptional = '?&#;'.includes(operator)
  const crossesSlash = isOptional || operator === '+' || operator === '/'
  const next = new Uint8Array(reachable.length)
  let isOpen = false
  for (let end = 0; end < reachable.length; end += 1) {
    const stops = !crossesSlash && uri[end - 1] === '/'
    if (end > 0) isOpen = !stops && (isOpen || reachable[end - 1] === 1)
    if (isOpen || (isOptional && reachable[end] === 1)) next[end] = 1
  }
  return next
}
