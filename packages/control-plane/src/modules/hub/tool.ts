import type { ObservedTool } from '@mcp-orchestra/api/gateway-link'
import type { z } from 'zod'
import type { Instant } from '@mcp-orchestra/kernel'

/** Tools of one server that are kept, at most: a listing beyond this is a fault or an attack. */
export const TOOLS_MAX = 2_000
/** Text of a tool that is kept, in characters; the whole stays with the server. */
const TEXT_CHARS_MAX = 16_384
/** JSON of a larger input schema is not kept, in characters; calls do not need it. */
const SCHEMA_CHARS_MAX = 262_144
/** Nor of a deeper one: whoever shows it would recurse. */
const SCHEMA_DEPTH_MAX = 64

/** A tool as the server last listed it. */
export type Tool = {
  readonly name: string
  readonly title: string | null
  readonly description: string | null
  readonly readOnlyHint: boolean | null
  readonly destructiveHint: boolean | null
  readonly idempotentHint: boolean | null
  readonly openWorldHint: boolean | null
  /** JSON text, as it was listed; null when there was none that can be kept. */
  readonly inputSchema: string | null
  readonly definitionHash: string
  /** Why the gateways keep it out of merged lists; null when they show it. */
  readonly quarantined: string | null
  readonly observedAt: Instant
}

/** What is kept of a listing: bounded, each name once, and text that PostgreSQL takes. */
export function toolsOf(
  observed: readonly z.infer<typeof ObservedTool>[],
  observedAt: Instant,
): Tool[] {
  const tools = new Map<string, Tool>()
  for (const tool of observed.slice(0, TOOLS_MAX)) {
    const name = plain(tool.name)
    if (name === '') continue
    tools.set(name, {
      name,
      title: tool.title === undefined ? null : plain(tool.title),
      description: tool.description === undefined ? null : plain(tool.description),
      readOnlyHint: tool.readOnlyHint ?? null,
      destructiveHint: tool.destructiveHint ?? null,
      idempotentHint: tool.idempotentHint ?? null,
      openWorldHint: tool.openWorldHint ?? null,
      inputSchema: tool.inputSchema === undefined ? null : schemaText(tool.inputSchema),
      definitionHash: plain(tool.definitionHash),
      quarantined: tool.quarantined === undefined ? null : plain(tool.quarantined),
      observedAt,
    })
  }
  return [...tools.values()]
}

/** PostgreSQL's text has no NUL, and UTF-8 no half of a surrogate pair. */
function plain(text: string): string {
  return text.replaceAll('\0', '').slice(0, TEXT_CHARS_MAX).toWellFormed()
}

function schemaText(schema: unknown): string | null {
  if (!isShallow(schema, SCHEMA_DEPTH_MAX)) return null
  const text = JSON.stringify(schema)
  return text.length <= SCHEMA_CHARS_MAX ? text : null
}

function isShallow(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return depthLeft > 0 && Object.values(value).every((inner) => isShallow(inner, depthLeft - 1))
}
