import { z } from 'zod'
import { TEXT_CHARS_MAX } from './text-runs.ts'

const Content = z.object({ content: z.array(z.looseObject({ type: z.string() })) })

/** The texts of a result's text blocks, as much as is counted; none of a result that has no content. */
export function contentTexts(resultText: string): string[] {
  const parsed = Content.safeParse(JSON.parse(resultText))
  if (!parsed.success) return []
  const texts: string[] = []
  let left = TEXT_CHARS_MAX
  for (const { type, text } of parsed.data.content) {
    if (type !== 'text' || typeof text !== 'string' || left === 0) continue
    texts.push(text.slice(0, left))
    left -= Math.min(left, text.length)
  }
  return texts
}
