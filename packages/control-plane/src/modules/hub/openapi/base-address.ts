import { itemsOf, isNode, membersOf, type Document } from './document.ts'

/** Where an API is, by its document: its first server, variables at their defaults; undefined when it does not say. */
export function documentAddress(
  servers: unknown,
  documentUrl: string | undefined,
): string | undefined {
  const [first] = itemsOf(servers)
  // A document without servers is at the root of where it was read (OpenAPI 3.1.1 §4.8.1.1).
  const url = isNode(first) ? first['url'] : documentUrl === undefined ? undefined : '/'
  if (typeof url !== 'string') return undefined
  const variables = isNode(first) ? new Map(membersOf(first['variables'])) : new Map()
  const filled = url.replace(/\{([^{}]{1,100})\}/g, (whole, name: string) => {
    const variable: unknown = variables.get(name)
    const value = isNode(variable) ? variable['default'] : undefined
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole
  })
  if (/[{}]/.test(filled) || !URL.canParse(filled, documentUrl)) return undefined
  return plainAddress(new URL(filled, documentUrl))
}

/** An address without what a base has none of: a query, a fragment, slashes at its end. */
export function plainAddress(url: URL): string | undefined {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  url.search = ''
  url.hash = ''
  return url.href.replace(/\/+$/, '')
}

/** Whether a path or an operation has servers of its own that are not the document's. */
export function livesElsewhere(
  document: Document,
  servers: unknown,
  documentUrl: string | undefined,
): boolean {
  if (!Array.isArray(servers) || servers.length === 0) return false
  const own = documentAddress(servers, documentUrl)
  return own === undefined || own !== documentAddress(document.root['servers'], documentUrl)
}
