import type { OpenApiOperation } from '@mcp-orchestra/api/openapi-catalog'

/** A `Link` header that is longer is not looked at, in characters. */
const LINK_CHARS_MAX = 8_192

/**
 * The arguments that lead to the next page, from `Link: <…>; rel="next"` (RFC 8288): those parameters of the query
 * that the operation has. The address itself is never followed.
 */
export function nextPage(
  link: string | readonly string[] | undefined,
  { parameters }: OpenApiOperation,
): Record<string, string> | undefined {
  const text = typeof link === 'string' ? link : link?.join(', ')
  if (text === undefined || text.length > LINK_CHARS_MAX) return undefined
  const address = nextIn(text)
  if (address === undefined || !URL.canParse(address, 'http://host')) return undefined
  const { searchParams } = new URL(address, 'http://host')
  const found = parameters.flatMap(({ place, name, argument }) => {
    const value = place === 'query' ? searchParams.get(name) : null
    return value === null ? [] : [[argument, value] as const]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

function nextIn(link: string): string | undefined {
  for (const part of link.split(/,(?=\s*<)/)) {
    const [address = '', ...attributes] = part.split(';')
    const isNext = attributes.some((attribute) =>
      /^\s*rel\s*=\s*"?(?:[^"]*\s)?next\b/i.test(attribute),
    )
    const target = /^\s*<([^<>]*)>\s*$/.exec(address)?.[1]
    if (isNext && target !== undefined) return target
  }
  return undefined
}
