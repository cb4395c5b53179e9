/** Whether a text is a JSON pointer (RFC 6901 §3) to something inside. */
export function isPointer(text: string): boolean {
  return /^(\/([^/~]|~[01])*)+$/.test(text)
}

/** What a pointer leads to (RFC 6901 §4); undefined when it leads nowhere. */
export function atPointer(root: unknown, pointer: string): unknown {
  let value = root
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(value))
      value = /^(0|[1-9]\d{0,5})$/.test(name) ? value[Number(name)] : undefined
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
      value = (value as Record<string, unknown>)[name]
    } else return undefined
  }
  return value
}
