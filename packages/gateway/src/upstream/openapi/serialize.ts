import type { OpenApiParameter, OpenApiStyle } from '@mcp-orchestra/api/openapi-catalog'
import { ArgumentFault } from './argument-fault.ts'
import { pieceText, readPiece, type ArgumentValue, type Piece } from './argument-value.ts'

/** How a name or value is escaped for its place. */
export type Escape = (text: string) => string

/** What a style is told of its parameter. */
export type StyleRules = Pick<OpenApiParameter, 'name' | 'explode'> & {
  readonly style: OpenApiStyle
}

/** An object in an object is written this deep at most: what styles say of it is a habit of servers, not a rule. */
const DEEP_OBJECT_LEVELS_MAX = 8

/** Escapes all but the unreserved characters (RFC 3986 §2.3). */
export function escapeComponent(text: string): string {
  if (!text.isWellFormed()) throw new ArgumentFault('A text has half a character in it.')
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${hexOf(char)}`)
}

/**
 * Leaves reserved characters as they are (`allowReserved`), but those that would end a value in a query
 * (`#`, `&`, `+`) or that a URL cannot hold (`[`, `]`).
 */
export function escapeAllowingReserved(text: string): string {
  return escapeComponent(text).replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B|3D)/g, (triplet) =>
    decodeURIComponent(triplet),
  )
}

/**
 * A value in one piece, for a path segment or a header: `simple`, `label` and `matrix`
 * (OpenAPI 3.1.1 §4.8.12.4, the table of examples).
 */
export function serializeWhole(
  { style, name, explode }: StyleRules,
  value: ArgumentValue,
  escape: Escape,
): string {
  const shown = escape(name)
  const parts = partsOf(value, escape)
  if (style === 'matrix') {
    if (value.kind === 'map' && explode) return parts.pairs.map((pair) => `;${pair}`).join('')
    if (value.kind === 'list' && explode)
      return parts.flat.map((part) => `;${shown}=${part}`).join('')
    const joined = parts.flat.join(',')
    return joined === '' ? `;${shown}` : `;${shown}=${joined}`
  }
  const separator = style === 'label' && explode ? '.' : ','
  const listed = value.kind === 'map' && explode ? parts.pairs : parts.flat
  return `${style === 'label' ? '.' : ''}${listed.join(separator)}`
}

/** `name=value` pairs for a query, a cookie or a form: `form`, the delimited styles and `deepObject`. */
export function serializePairs(
  { style, name, explode }: StyleRules,
  value: ArgumentValue,
  escape: Escape,
): string[] {
  const shown = escapeComponent(name)
  if (value.kind === 'scalar') return [`${shown}=${escape(value.text)}`]
  if (value.kind === 'nothing') return []
  if (style === 'deepObject' && value.kind === 'map') {
    return value.entries.flatMap(([key, piece]) => deepPairs([name, key], piece, escape))
  }
  const parts = partsOf(value, escape)
  if (explode) {
    return value.kind === 'map' ? parts.pairs : parts.flat.map((part) => `${shown}=${part}`)
  }
  return [`${shown}=${parts.flat.join(DELIMITERS.get(style) ?? ',')}`]
}

const DELIMITERS: ReadonlyMap<OpenApiStyle, string> = new Map([
  ['spaceDelimited', '%20'],
  ['pipeDelimited', '%7C'],
])

/** A value's parts: all in a row, and as `key=value`. */
function partsOf(value: ArgumentValue, escape: Escape): { flat: string[]; pairs: string[] } {
  switch (value.kind) {
    case 'nothing':
      return { flat: [], pairs: [] }
    case 'scalar':
      return { flat: value.text === '' ? [] : [escape(value.text)], pairs: [] }
    case 'list':
      return { flat: value.items.map((item) => escape(pieceText(item))), pairs: [] }
    case 'map': {
      const written = value.entries.map(([key, piece]) => [escape(key), escape(pieceText(piece))])
      return { flat: written.flat(), pairs: written.map((pair) => pair.join('=')) }
    }
  }
}

function deepPairs(path: readonly string[], piece: Piece, escape: Escape): string[] {
  if (path.length > DEEP_OBJECT_LEVELS_MAX) {
    throw new ArgumentFault(`${path[0] ?? ''} nests deeper than ${DEEP_OBJECT_LEVELS_MAX} levels.`)
  }
  const value = readPiece(piece)
  const [first = '', ...rest] = path
  const name = [escapeComponent(first), ...rest.map((key) => `%5B${escapeComponent(key)}%5D`)].join(
    '',
  )
  switch (value.kind) {
    case 'nothing':
      return []
    case 'scalar':
      return [`${name}=${escape(value.text)}`]
    case 'list':
      return value.items.map((item) => `${name}=${escape(pieceText(item))}`)
    case 'map':
      return value.entries.flatMap(([key, inner]) => deepPairs([...path, key], inner, escape))
  }
}

function hexOf(char: string): string {
  return char.charCodeAt(0).toString(16).toUpperCase()
}
