import { hash } from 'node:crypto'

/** Longest name of a tool or an argument: what the model APIs take. */
export const NAME_CHARS_MAX = 64

/** Characters of a digest that make a name unique. */
const DIGEST_CHARS = 8

/**
 * Names of tools, by operation. An id that is a name already stays as it is; every other is made into one, and
 * gets a digest of the operation when it was cut or meets another: so a name depends on its own operation and not
 * on the order of the document, and a price stays with what it was set for.
 */
export function toolNames(
  operations: readonly {
    readonly operation: string
    readonly method: string
    readonly path: string
  }[],
): string[] {
  const made = operations.map(({ operation, method, path }) => {
    const source = operation === `${method} ${path}` ? `${method.toLowerCase()}${path}` : operation
    const isName = /^[A-Za-z0-9_-]{1,64}$/.test(operation)
    const plain = isName ? operation : plainName(source)
    return { plain, isName, key: `${method} ${path}` }
  })
  const taken = new Map<string, number>()
  for (const { plain } of made) taken.set(plain, (taken.get(plain) ?? 0) + 1)
  return made.map(({ plain, isName, key }) => {
    const isAlone = taken.get(plain) === 1 && plain !== '' && plain.length <= NAME_CHARS_MAX
    return isName || isAlone ? plain : withDigest(plain, key)
  })
}

/** A text with only the characters that names may have. */
export function plainName(text: string): string {
  return text
    .replace(/[{}]/g, '')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
}

/** A name cut to its length, with a digest of what it stands for. */
export function withDigest(plain: string, key: string): string {
  const digest = hash('sha256', key, 'hex').slice(0, DIGEST_CHARS)
  const start = plain.slice(0, NAME_CHARS_MAX - DIGEST_CHARS - 1)
  return start === '' ? `operation_${digest}` : `${start}_${digest}`
}
