import { isNode, itemsOf, membersOf, pointerKey, type Document, type Node } from './document.ts'
import { OperationFault } from './document-fault.ts'

/** Schemas within schemas of one tool: more than any model reads. */
const TOOL_SCHEMAS_MAX = 4_000
/** How deep schemas of one tool are written. */
const DEPTH_MAX = 60
/** Longest description that is kept, and longest JSON of an example or default, in characters. */
const DESCRIPTION_CHARS_MAX = 1_000
const VALUE_CHARS_MAX = 512
/** Values of an enumeration at most. */
const ENUM_MAX = 500

/** For whom a schema is written. */
export type Purpose =
  /** Arguments: what only the API sets is left out. */
  | 'input'
  /**
   * Results: a description, not a test. What only callers set is left out, and so is every bound, for a client that
   * checks would throw away a paid answer over a format or a null.
   */
  | 'output'

/** A tool has more schemas than can be written out; referring to them may still do. */
export class SchemaTooLarge extends OperationFault {
  constructor() {
    super('its schemas are too large for a tool')
  }
}

const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'])
const BOUNDS = [
  'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf',
  'minItems', 'maxItems', 'minProperties', 'maxProperties', 'minContains', 'maxContains',
] as const // prettier-ignore
const FLAGS = ['uniqueItems', 'deprecated'] as const
const TEXTS = ['format', 'pattern', 'contentEncoding', 'contentMediaType'] as const

/** Writes schemas of a document as JSON Schema 2020-12 that stands alone: shared ones go into `$defs`. */
export class SchemaWriter {
  readonly #document: Document
  readonly #purpose: Purpose
  readonly #inlines: boolean
  readonly #defs = new Map<string, unknown>()
  readonly #names = new Map<string, string>()
  readonly #waiting: { readonly name: string; readonly target: unknown; readonly ref: string }[] =
    []
  #schemas = 0

  constructor(document: Document, purpose: Purpose, inlines: boolean) {
    this.#document = document
    this.#purpose = purpose
    this.#inlines = inlines
  }

  /** What the written schemas refer to; empty when they refer to nothing. */
  get defs(): { readonly $defs?: Readonly<Record<string, unknown>> } {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      this.#defs.set(next.name, this.write(next.target, next.ref, 1))
    return this.#defs.size === 0 ? {} : { $defs: Object.fromEntries(this.#defs) }
  }

  /** One schema; `at` is where it stands, for refusals. In a result, whatever is not its root may be null. */
  write(schema: unknown, at: string, depth = 0, isRoot: boolean = depth === 0): unknown {
    this.#document.spend()
    this.#schemas += 1
    if (this.#schemas > TOOL_SCHEMAS_MAX || depth > DEPTH_MAX) throw new SchemaTooLarge()
    if (schema === false && this.#purpose === 'input') return false
    if (!isNode(schema)) return {}
    const { $ref: ref, ...beside } = schema
    if (schema['$dynamicRef'] !== undefined)
      throw new OperationFault(`the schema at ${at} has a $dynamicRef, which is not supported`)
    return typeof ref === 'string'
      ? this.#writeRef(ref, this.#document.is30 ? {} : beside, at, { depth, isRoot })
      : this.#writePlain(schema, at, { depth, isRoot })
  }

  #writeRef(ref: string, beside: Node, at: string, place: Place): unknown {
    const { depth, isRoot } = place
    const target = this.#document.target(ref, at)
    let written: unknown
    if (this.#inlines && !this.#document.isRecursive(ref))
      written = this.write(target, ref, depth + 1, isRoot)
    else {
      let name = this.#names.get(ref)
      if (name === undefined) {
        name = this.#nameFor(ref)
        this.#names.set(ref, name)
        this.#defs.set(name, {})
        // Written later, each from its own root: a long chain of references is not a deep schema.
        this.#waiting.push({ name, target, ref })
      }
      written = { $ref: `#/$defs/${name}` }
    }
    const more = this.#writePlain(beside, at, { depth, isRoot: true })
    if (Object.keys(more).length === 0) return written
    const isNote = Object.keys(more).every((key) => NOTES.has(key))
    return isNote && isNode(written) ? { ...written, ...more } : { allOf: [written, more] }
  }

  #writePlain(schema: Node, at: string, { depth, isRoot }: Place): Node {
    const out: Record<string, unknown> = {}
    copyText(schema, out, 'title')
    copyText(schema, out, 'description')
    if (isShort(schema['default'])) out['default'] = schema['default']
    const examples = [schema['example'], ...itemsOf(schema['examples'])].filter(
      (value) => value !== undefined && isShort(value),
    )
    if (examples.length > 0) out['examples'] = examples.slice(0, 3)
    this.#writeShape(schema, out, at, depth)
    if (this.#purpose === 'input') this.#writeBounds(schema, out, at, depth)
    else if (Array.isArray(schema['enum']) && out['examples'] === undefined)
      out['examples'] = schema['enum'].filter(isShort).slice(0, 10)
    return withNull(schema, out, !isRoot && this.#purpose === 'output')
  }

  #writeShape(schema: Node, out: Record<string, unknown>, at: string, depth: number): void {
    const inner = (key: string): unknown => this.write(schema[key], `${at}/${key}`, depth + 1)
    const types = itemsOf(Array.isArray(schema['type']) ? schema['type'] : [schema['type']]).filter(
      (type) => typeof type === 'string' && TYPES.has(type),
    )
    if (types.length > 0) out['type'] = types.length === 1 ? types[0] : types
    const { items } = schema
    if (Array.isArray(items)) {
      // A list of schemas by place, as drafts before 2020-12 wrote it.
      out['prefixItems'] = this.#writeList(items, `${at}/items`, depth)
    } else if (items !== undefined) out['items'] = inner('items')
    if (Array.isArray(schema['prefixItems']))
      out['prefixItems'] = this.#writeList(schema['prefixItems'], `${at}/prefixItems`, depth)
    this.#writeProperties(schema, out, at, depth)
    if (isNode(schema['additionalProperties']))
      out['additionalProperties'] = inner('additionalProperties')
    for (const key of ['allOf', 'anyOf', 'oneOf']) {
      const options = schema[key]
      if (!Array.isArray(options) || options.length === 0) continue
      // In a result that says less than the document does, several options may fit.
      const name = key === 'oneOf' && this.#purpose === 'output' ? 'anyOf' : key
      out[name] = this.#writeList(options, `${at}/${key}`, depth)
    }
  }

  #writeProperties(schema: Node, out: Record<string, unknown>, at: string, depth: number): void {
    const kept = membersOf(schema['properties']).filter(([name, property]) => {
      const found = this.#document.follow(property, `${at}/properties/${pointerKey(name)}`)
      const hidden = this.#purpose === 'input' ? 'readOnly' : 'writeOnly'
      return !(isNode(property) && property[hidden] === true) && found?.[hidden] !== true
    })
    const dropped = new Set(membersOf(schema['properties']).map(([name]) => name))
    for (const [name] of kept) dropped.delete(name)
    if (isNode(schema['properties'])) {
      out['properties'] = Object.fromEntries(
        kept.map(([name, property]) => [
          name,
          this.write(property, `${at}/properties/${pointerKey(name)}`, depth + 1),
        ]),
      )
    }
    if (this.#purpose === 'output') return
    const required = itemsOf(schema['required']).filter(
      (name) => typeof name === 'string' && !dropped.has(name),
    )
    if (required.length > 0) out['required'] = required
  }

  #writeBounds(schema: Node, out: Record<string, unknown>, at: string, depth: number): void {
    for (const key of BOUNDS) if (typeof schema[key] === 'number') out[key] = schema[key]
    for (const key of FLAGS) if (schema[key] === true) out[key] = true
    for (const key of TEXTS) copyText(schema, out, key)
    // 3.0 says by a flag that a bound itself is not allowed.
    if (schema['exclusiveMinimum'] === true) moveBound(out, 'minimum', 'exclusiveMinimum')
    if (schema['exclusiveMaximum'] === true) moveBound(out, 'maximum', 'exclusiveMaximum')
    if (Array.isArray(schema['enum']))
      out['enum'] = schema['enum'].filter(isShort).slice(0, ENUM_MAX)
    if (isShort(schema['const'])) out['const'] = schema['const']
    if (schema['additionalProperties'] === false) out['additionalProperties'] = false
    if (schema['unevaluatedProperties'] === false) out['unevaluatedProperties'] = false
    for (const key of ['not', 'if', 'then', 'else', 'contains', 'propertyNames']) {
      if (isNode(schema[key])) out[key] = this.write(schema[key], `${at}/${key}`, depth + 1)
    }
    for (const key of ['patternProperties', 'dependentSchemas']) {
      if (!isNode(schema[key])) continue
      out[key] = Object.fromEntries(
        membersOf(schema[key]).map(([name, property]) => [
          name,
          this.write(property, `${at}/${key}/${pointerKey(name)}`, depth + 1),
        ]),
      )
    }
    const { format, contentEncoding } = out
    if (format === 'byte' || (format === 'binary' && contentEncoding === undefined)) {
      delete out['format']
      out['contentEncoding'] = 'base64'
    }
  }

  #writeList(schemas: readonly unknown[], at: string, depth: number): unknown[] {
    return schemas.map((schema, index) => this.write(schema, `${at}/${index}`, depth + 1))
  }

  #nameFor(ref: string): string {
    const last = ref.split('/').at(-1) ?? ''
    const plain = last.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 64) || 'schema'
    let name = plain
    for (let number = 2; this.#defs.has(name); number += 1) name = `${plain}_${number}`
    return name
  }
}

/** Where a schema is written. */
type Place = { readonly depth: number; readonly isRoot: boolean }

/** Keywords that say nothing of which values fit. */
const NOTES = new Set(['title', 'description', 'default', 'examples', 'deprecated'])

/** 3.0's `nullable`, and in results every value within: APIs leave out by null what they do not have. */
function withNull(schema: Node, out: Record<string, unknown>, always: boolean): Node {
  if (schema['nullable'] !== true && !always) return out
  const { type, enum: values } = out
  if (Array.isArray(values) && !values.includes(null)) out['enum'] = [...values, null]
  if (typeof type === 'string' && type !== 'null') out['type'] = [type, 'null']
  else if (Array.isArray(type) && !type.includes('null')) out['type'] = [...type, 'null']
  else if (
    !always &&
    type === undefined &&
    (out['allOf'] ?? out['anyOf'] ?? out['oneOf']) !== undefined
  )
    return { anyOf: [out, { type: 'null' }] }
  return out
}

function copyText(schema: Node, out: Record<string, unknown>, key: string): void {
  const value = schema[key]
  if (typeof value !== 'string' || value === '') return
  const isProse = key === 'title' || key === 'description'
  if (!isProse && value.length > VALUE_CHARS_MAX) return
  out[key] = value.slice(0, DESCRIPTION_CHARS_MAX).toWellFormed()
}

function moveBound(out: Record<string, unknown>, from: string, to: string): void {
  if (out[from] === undefined) return
  out[to] = out[from]
  delete out[from]
}

function isShort(value: unknown): boolean {
  if (value === undefined) return false
  if (typeof value === 'string') return value.length <= VALUE_CHARS_MAX
  return JSON.stringify(value).length <= VALUE_CHARS_MAX
}
