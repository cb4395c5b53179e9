/** A schema that is an object: its keywords, as the server wrote them. */
export type Keywords = Readonly<Record<string, unknown>>

/** The schema of a tool's arguments, and where its references lead. Nothing is ever fetched. */
export type SchemaDocument = {
  readonly root: unknown
  /** What a `$ref` names; undefined when it is not in this document. */
  readonly find: (reference: string) => unknown
}

/** Objects that are looked through for `$anchor` and `$id`: a 1 MB schema has fewer. */
const INDEXED_MAX = 50_000

/** Whether a value is a plain JSON object. */
export function isKeywords(value: unknown): value is Keywords {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own member of a schema object; `__proto__` and its like are names as any other. */
export function keyword(schema: Keywords, name: string): unknown {
  return Object.hasOwn(schema, name) ? schema[name] : undefined
}

/** Reads a tool's schema; names are indexed on first use, once. */
export function createDocument(root: unknown): SchemaDocument {
  let names: ReadonlyMap<string, unknown> | undefined
  return {
    root,
    find(reference) {
      if (reference === '' || reference === '#') return root
      if (reference.startsWith('#/')) return atPointer(root, reference.slice(1))
      names ??= indexNames(root)
      const [resource = '', fragment = ''] = reference.split('#')
      if (!fragment.startsWith('/')) return names.get(reference)
      const base = names.get(resource)
      return base === undefined ? undefined : atPointer(base, fragment)
    },
  }
}

/** JSON Pointer as a URI fragment (RFC 6901 §6). */
function atPointer(root: unknown, pointer: string): unknown {
  let value = root
  for (const raw of pointer.split('/').slice(1)) {
    const step = decode(raw)
    if (Array.isArray(value))
      value = /^(0|[1-9]\d{0,6})$/.test(step) ? value[Number(step)] : undefined
    else value = isKeywords(value) ? keyword(value, step) : undefined
  }
  return value
}

function decode(step: string): string {
  let text = step
  try {
    text = decodeURIComponent(step)
  } catch {
    text = step // a stray per cent sign is taken as it is
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}

function indexNames(root: unknown): ReadonlyMap<string, unknown> {
  const names = new Map<string, unknown>()
  const waiting: unknown[] = [root]
  for (let seen = 0; waiting.length > 0 && seen < INDEXED_MAX; seen += 1) {
    const value = waiting.pop()
    if (isKeywords(value)) {
      const { $anchor, $dynamicAnchor, $id } = value
      if (typeof $anchor === 'string') names.set(`#${$anchor}`, value)
      if (typeof $dynamicAnchor === 'string') names.set(`#${$dynamicAnchor}`, value)
      if (typeof $id === 'string') names.set($id.replace(/#$/, ''), value)
    }
    if (typeof value === 'object' && value !== null) {
      for (const inner of Object.values(value)) {
        if (typeof inner === 'object' && inner !== null) waiting.push(inner)
      }
    }
  }
  return names
}
