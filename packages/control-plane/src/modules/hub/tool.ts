import type { ObservedTool } from '@mcp-orchestra/api/gateway-link'
import type { z } from 'zod'
import type { Instant } from '@mcp-orchestra/kernel'

/** Tools of one server that are kept, at most: a listing beyond this is a fault or an attack. */
export const TOOLS_MAX = 2_000
/** Text of a tool that is kept, in characters; the whole stays with the server. */
const TEXT_CHARS_MAX = 16_384
/** JSON of a larger input schema is not kept, in characters; calls do not need it. */
const SCHEMA_CHARS_MAX = 262_144

/** A tool as the server last listed it. */
export type Tool = {
  readonly name: string
  readonly title: string | null
  readonly description: string | null
  readonly readOnlyHint: boolean | null
  readonly idempotentHint: boolean | null
  readonly inputSchema: unknown
  readonly definitionHash: string
  readonly observedAt: Instant
}

/** What is kept of a listing: bounded, each name once, NUL-free (PostgreSQL's text has none). */
export function toolsOf(
  observed: readonly z.infer<typeof ObservedTool>[],
  observedAt: Instant,
): Tool[] {
  const tools = new Map<string, Tool>()
  for (const tool of observed.slice(0, TOOLS_MAX)) {
    const name = plain(tool.name)
    if (name === null || name === '') continue
    const schema = JSON.stringify(tool.inputSchema ?? null)
    const keep = schema.length <= SCHEMA_CHARS_MAX && !schema.includes('\\u0000')
    tools.set(name, {
      name,
      title: plain(tool.title),
      description: plain(tool.description),
      readOnlyHint: tool.readOnlyHint ?? null,
      idempotentHint: tool.idempotentHint ?? null,
      inputSchema: keep ? (tool.inputSchema ?? null) : null,
      definitionHash: tool.definitionHash.slice(0, 128),
      observedAt,
    })
  }
  return [...tools.values()]
}

function plain(text: string | undefined): string | null {
  return text === undefined ? null : text.replaceAll('\0', '').slice(0, TEXT_CHARS_MAX)
}
