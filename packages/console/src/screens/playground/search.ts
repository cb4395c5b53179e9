import { oneOf, present, wordOf } from '../../queries/search-word.ts'

/** Characters of arguments in an address: longer ones stay out of it, for proxies refuse long addresses. */
export const ARGS_MAX = 2_000

/** What the address of the playground holds: whose tool, which, and what it is called with. */
export type PlaygroundSearch = {
  /** The server's alias. */
  readonly server?: string
  readonly tool?: string
  /** A JSON object, as text: read as a value it would lose digits. */
  readonly args?: string
  readonly view?: 'json'
}

/** Reads the address; never throws, drops what it does not know. */
export function validateSearch(search: Record<string, unknown>): PlaygroundSearch {
  const server = wordOf(search['server'])
  const tool = server === undefined ? undefined : wordOf(search['tool'])
  return present({
    server,
    tool,
    args: tool === undefined ? undefined : argsOf(search['args']),
    view: oneOf(search['view'], ['json'] as const),
  })
}

/** Arguments as text that is one JSON object; undefined when they are none, or too long. */
export function argsOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : writtenByHand(value)
  if (text === undefined || text.length > ARGS_MAX || !text.isWellFormed()) return undefined
  return isObjectText(text) ? text : undefined
}

/** `?args={"a":1}` as a person types it: the router has read it as a value already. */
function writtenByHand(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined
}

function isObjectText(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false // not JSON: as if it were not there
  }
}
