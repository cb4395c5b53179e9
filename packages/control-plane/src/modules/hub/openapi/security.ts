import type { OpenApiScheme } from '@mcp-orchestra/api/openapi-catalog'
import { itemsOf, isNode, membersOf, textIn, type Document, type Node } from './document.ts'

/** A security scheme of a document, as its publisher is told of it. */
export type SchemeFacts = {
  readonly name: string
  /** What its credential is: a key, a token, or `user:password`. */
  readonly wants: 'key' | 'token' | 'user_and_password'
  readonly description: string | null
  readonly scheme: OpenApiScheme
}

/** Security schemes looked at; a document has a handful. */
const SCHEMES_MAX = 64
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/

/** The schemes that a stored credential can serve (OpenAPI 3.1.1 §4.8.27); others are left out. */
export function schemesOf(document: Document): SchemeFacts[] {
  const components = document.root['components']
  const listed = membersOf(isNode(components) ? components['securitySchemes'] : undefined)
  return listed.slice(0, SCHEMES_MAX).flatMap(([name, value]) => {
    const node = followed(document, value, `#/components/securitySchemes/${name}`)
    const known = node === undefined ? undefined : schemeOf(node)
    if (node === undefined || known === undefined) return []
    return [{ name, description: textIn(node, 'description', 500) ?? null, ...known }]
  })
}

function schemeOf(node: Node): Pick<SchemeFacts, 'wants' | 'scheme'> | undefined {
  switch (node['type']) {
    case 'apiKey': {
      const { in: place, name } = node
      if (typeof name !== 'string' || !HEADER_NAME.test(name)) return undefined
      if (place !== 'header' && place !== 'query' && place !== 'cookie') return undefined
      return { wants: 'key', scheme: { place, name, form: 'raw' } }
    }
    case 'http': {
      const form = String(node['scheme']).toLowerCase()
      if (form !== 'bearer' && form !== 'basic') return undefined
      const wants = form === 'basic' ? 'user_and_password' : 'token'
      return { wants, scheme: { place: 'header', name: 'Authorization', form } }
    }
    case 'oauth2':
    case 'openIdConnect':
      // The publisher gives a token of its own: callers never bring theirs.
      return { wants: 'token', scheme: { place: 'header', name: 'Authorization', form: 'bearer' } }
    default:
      return undefined
  }
}

/** The credentials that go with an operation, and what it is said to lack. */
export type OperationSecurity = { readonly credentials: string[]; readonly lacks: string[] }

/** The first way of an operation for which every credential is there; none when none is wanted. */
export function securityOf(
  document: Document,
  operation: Node,
  given: ReadonlySet<string>,
): OperationSecurity {
  const ways = itemsOf(operation['security'] ?? document.root['security']).map((way) =>
    membersOf(way).map(([name]) => name),
  )
  const wanted = ways.filter((way) => way.length > 0)
  const met = wanted.find((way) => way.every((name) => given.has(name)))
  if (met !== undefined) return { credentials: met, lacks: [] }
  const isOptional = wanted.length < ways.length || ways.length === 0
  return { credentials: [], lacks: isOptional ? [] : (wanted[0] ?? []) }
}

function followed(document: Document, value: unknown, at: string): Node | undefined {
  try {
    return document.follow(value, at)
  } catch {
    // A scheme that cannot be read cannot be served: operations that want it say so.
    return undefined
  }
}
