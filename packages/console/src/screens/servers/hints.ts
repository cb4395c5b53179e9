import type { Tone } from '../../kit/index.ts'

/** What a server may promise about a tool (MCP 2026-07-28, ToolAnnotations): hints, never a guarantee. */
export type HintName =
  | 'reads-only'
  | 'changes-things'
  | 'destructive'
  | 'not-destructive'
  | 'repeatable'
  | 'open-world'
  | 'closed-world'
  | 'unstated'

/** Reads a tool's promises; what was not said is not guessed. */
export function hintsOf(
  tool: Readonly<Record<string, unknown>>,
): readonly { readonly name: HintName; readonly tone: Tone }[] {
  const hints: { name: HintName; tone: Tone }[] = []
  const readOnly = tool['readOnlyHint']
  const destructive = tool['destructiveHint']
  const openWorld = tool['openWorldHint']
  if (readOnly === true) hints.push({ name: 'reads-only', tone: 'good' })
  if (readOnly === false) hints.push({ name: 'changes-things', tone: 'neutral' })
  // Of a tool that only reads, the other two say nothing (MCP: meaningful only when it is not read-only).
  if (readOnly !== true && destructive === true) hints.push({ name: 'destructive', tone: 'warn' })
  if (readOnly !== true && destructive === false) {
    hints.push({ name: 'not-destructive', tone: 'neutral' })
  }
  if (tool['idempotentHint'] === true) hints.push({ name: 'repeatable', tone: 'neutral' })
  if (openWorld === true) hints.push({ name: 'open-world', tone: 'neutral' })
  if (openWorld === false) hints.push({ name: 'closed-world', tone: 'neutral' })
  return hints.length === 0 ? [{ name: 'unstated', tone: 'neutral' }] : hints
}
