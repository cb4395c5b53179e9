import { Problem } from '@mcp-orchestra/kernel'

/** What to tell a person about an error: the detail of a refusal, or the message of anything else. */
export function sentenceOf(error: unknown): string {
  if (error instanceof Problem) return error.detail ?? error.kind.title
  return error instanceof Error ? error.message : String(error)
}
