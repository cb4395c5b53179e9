/** One part of a result as it is shown (MCP 2026-07-28, tools: content). */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'audio'; readonly data: string; readonly mimeType: string }
  | {
      readonly kind: 'link'
      readonly uri: string
      readonly name: string
      readonly description: string
      readonly mimeType: string
    }
  | {
      readonly kind: 'resource'
      readonly uri: string
      readonly mimeType: string
      readonly text: string | undefined
      readonly blob: string | undefined
    }
  /** A kind that is not known here: shown as JSON. */
  | { readonly kind: 'other'; readonly value: unknown }

/** A result, read without trust: whatever a server sends is some part. */
export type ReadResult = {
  readonly parts: readonly Part[]
  readonly isError: boolean
  readonly structured: unknown
  readonly hasStructured: boolean
  /** The server asks for input before it answers (MCP 2026-07-28, multi round-trip requests). */
  readonly asksForInput: boolean
  /** Parts beyond those that are read. */
  readonly omitted: number
}

/** Parts that are shown. */
export const PARTS_MAX = 200

/** Reads a tool's result; never throws. */
export function readResult(result: Readonly<Record<string, unknown>>): ReadResult {
  const content = result['content']
  const list: readonly unknown[] = Array.isArray(content) ? content : []
  return {
    parts: list.slice(0, PARTS_MAX).map(readPart),
    isError: result['isError'] === true,
    structured: result['structuredContent'],
    hasStructured:
      result['structuredContent'] !== undefined && result['structuredContent'] !== null,
    asksForInput: result['resultType'] === 'input_required',
    omitted: Math.max(0, list.length - PARTS_MAX),
  }
}

function readPart(value: unknown): Part {
  const part = recordOf(value)
  const text = textIn(part, 'text')
  switch (part['type']) {
    case 'text':
      return text === undefined ? { kind: 'other', value } : { kind: 'text', text }
    case 'image':
    case 'audio': {
      const data = textIn(part, 'data')
      if (data === undefined) return { kind: 'other', value }
      return { kind: part['type'], data, mimeType: textIn(part, 'mimeType') ?? '' }
    }
    case 'resource_link':
      return linkOf(part, value)
    case 'resource':
      return resourceOf(recordOf(part['resource']), value)
    default:
      return { kind: 'other', value }
  }
}

function linkOf(part: Record<string, unknown>, value: unknown): Part {
  const uri = textIn(part, 'uri')
  if (uri === undefined) return { kind: 'other', value }
  return {
    kind: 'link',
    uri,
    name: textIn(part, 'title') ?? textIn(part, 'name') ?? uri,
    description: textIn(part, 'description') ?? '',
    mimeType: textIn(part, 'mimeType') ?? '',
  }
}

function resourceOf(resource: Record<string, unknown>, value: unknown): Part {
  const uri = textIn(resource, 'uri')
  if (uri === undefined) return { kind: 'other', value }
  return {
    kind: 'resource',
    uri,
    mimeType: textIn(resource, 'mimeType') ?? '',
    text: textIn(resource, 'text'),
    blob: textIn(resource, 'blob'),
  }
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

function textIn(record: Record<string, unknown>, name: string): string | undefined {
  const value = record[name]
  return typeof value === 'string' ? value : undefined
}

/** The scheme of an address, in lower case; undefined when it has none. */
export function schemeOf(uri: string): string | undefined {
  return /^([a-z][a-z0-9+.-]{0,40}):/i.exec(uri)?.[1]?.toLowerCase()
}

/** Whether an address may be opened by a click: the web only, and written without tricks. */
export function mayOpen(uri: string): boolean {
  const scheme = schemeOf(uri)
  return (scheme === 'http' || scheme === 'https') && URL.canParse(uri)
}
