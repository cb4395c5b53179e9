import { OperationFault, WorkExhausted } from './document-fault.ts'

/** A JSON object of a document. */
export type Node = Readonly<Record<string, unknown>>

/** References that lead to references at most, before they are taken for a circle. */
const REF_HOPS_MAX = 16
/** Schemas that one schema may reach: more is no tool that a model can read. */
const REACHED_REFS_MAX = 2_000
/** Steps of work for one document, whatever it refers to how often: about a second. */
const WORK_MAX = 2_000_000

/** An OpenAPI document and the bounded ways to look into it. Nothing outside of it is ever read. */
export class Document {
  readonly root: Node
  /** 3.0 documents have keywords of their own, and references there have no neighbours. */
  readonly is30: boolean
  #workLeft = WORK_MAX
  readonly #refs = new Map<string, readonly string[]>()
  readonly #recursive = new Map<string, boolean>()

  constructor(root: Node) {
    this.root = root
    this.is30 = String(root['openapi']).startsWith('3.0')
  }

  /** Counts work; throws when a document has had its share. */
  spend(steps = 1): void {
    this.#workLeft -= steps
    if (this.#workLeft < 0) throw new WorkExhausted()
  }

  /** The object that a value is or refers to; undefined when it is neither. */
  follow(value: unknown, at: string): Node | undefined {
    let found = value
    let place = at
    for (let hops = 0; hops < REF_HOPS_MAX; hops += 1) {
      this.spend()
      if (!isNode(found)) return undefined
      const { $ref: ref } = found
      if (typeof ref !== 'string') return found
      found = this.target(ref, place)
      place = ref
    }
    throw new OperationFault(`the reference at ${at} leads in a circle`)
  }

  /** What a local reference names; any other is refused with the place that it stands at. */
  target(ref: string, at: string): unknown {
    if (!ref.startsWith('#')) {
      throw new OperationFault(
        `the reference ${shown(ref)} at ${at} leads out of the document, and none is followed there`,
      )
    }
    if (ref !== '#' && !ref.startsWith('#/'))
      throw new OperationFault(`the reference ${shown(ref)} at ${at} is by a name, not by a path`)
    let found: unknown = this.root
    for (const key of ref.slice(2).split('/')) {
      this.spend()
      const name = unescapePointer(key)
      const isThere =
        typeof found === 'object' &&
        found !== null &&
        name !== undefined &&
        Object.hasOwn(found, name)
      found = isThere ? (found as Node)[name] : undefined
    }
    if (found === undefined)
      throw new OperationFault(`the reference ${shown(ref)} at ${at} leads nowhere`)
    return found
  }

  /** Whether a schema comes back to itself: it cannot be written out, only referred to. */
  isRecursive(ref: string): boolean {
    const known = this.#recursive.get(ref)
    if (known !== undefined) return known
    const reached = new Set<string>()
    const waiting = [...this.#refsUnder(ref)]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      this.spend()
      if (reached.has(next)) continue
      reached.add(next)
      if (reached.size > REACHED_REFS_MAX)
        throw new OperationFault(`the schema ${shown(ref)} reaches over ${REACHED_REFS_MAX} others`)
      if (next !== ref) waiting.push(...this.#refsUnder(next))
    }
    this.#recursive.set(ref, reached.has(ref))
    return reached.has(ref)
  }

  /** The references that stand under what a reference names. */
  #refsUnder(ref: string): readonly string[] {
    const known = this.#refs.get(ref)
    if (known !== undefined) return known
    const found = new Set<string>()
    const waiting: unknown[] = [this.target(ref, ref)]
    while (waiting.length > 0) {
      this.spend()
      const value = waiting.pop()
      if (typeof value !== 'object' || value === null) continue
      const inner = (value as Node)['$ref']
      if (typeof inner === 'string') found.add(inner)
      for (const member of Object.values(value)) {
        if (typeof member === 'object' && member !== null) waiting.push(member)
      }
    }
    const refs = [...found].filter((inner) => inner.startsWith('#'))
    this.#refs.set(ref, refs)
    return refs
  }
}

/** Whether a value is a JSON object. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The members of an object; none when it is no object. */
export function membersOf(value: unknown): [string, unknown][] {
  return isNode(value) ? Object.entries(value) : []
}

/** The items of an array; none when it is no array. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A text member, cut to so many characters; undefined when it is none or empty. */
export function textIn(node: Node, key: string, charsMax: number): string | undefined {
  const value = node[key]
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (text === '') return undefined
  return (text.length > charsMax ? `${text.slice(0, charsMax - 1)}…` : text).toWellFormed()
}

/** A key as part of a JSON pointer (RFC 6901). */
export function pointerKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescapePointer(key: string): string | undefined {
  try {
    return decodeURIComponent(key).replaceAll('~1', '/').replaceAll('~0', '~')
  } catch {
    // A lone percent sign: the key as it stands.
    return key.replaceAll('~1', '/').replaceAll('~0', '~')
  }
}

function shown(ref: string): string {
  return JSON.stringify(ref.length > 200 ? `${ref.slice(0, 200)}…` : ref)
}
