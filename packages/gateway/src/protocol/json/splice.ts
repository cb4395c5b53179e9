import { assert } from '@mcp-orchestra/kernel'
import type { ScannedObject } from './span.ts'

/** Replaces `[start, end)` by `text`; an empty range inserts. */
export type Edit = { readonly start: number; readonly end: number; readonly text: string }

/** Applies edits that do not overlap; every byte outside them stays (lossless, architecture §10). */
export function splice(text: string, edits: readonly Edit[]): string {
  const [only] = edits
  if (only === undefined) return text
  if (edits.length === 1) {
    assert(only.end >= only.start, 'edits overlap')
    return text.slice(0, only.start) + only.text + text.slice(only.end)
  }
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end)
  let out = ''
  let at = 0
  for (const edit of ordered) {
    assert(edit.start >= at && edit.end >= edit.start, 'edits overlap')
    out += text.slice(at, edit.start) + edit.text
    at = edit.end
  }
  return out + text.slice(at)
}

/** What shall change in one object: values by key (added in front when new), and keys that go. */
export type ObjectChange = {
  readonly set?: ReadonlyMap<string, string>
  readonly remove?: ReadonlySet<string>
}

/** The edits that change members of an object; commas are kept right for any mix of added and removed ones. */
export function editObject(object: ScannedObject, change: ObjectChange): Edit[] {
  const { members } = object
  if (!isChanged(object, change)) return []
  const isRemoved = (key: string): boolean => change.remove?.has(key) ?? false
  const edits: Edit[] = []
  let kept = 0
  members.forEach((member, index) => {
    if (!isRemoved(member.key)) {
      kept += 1
      const text = change.set?.get(member.key)
      if (text !== undefined) edits.push({ ...member.value, text })
      return
    }
    const before = members[index - 1]
    const after = members[index + 1]
    if (kept > 0 && before !== undefined) {
      edits.push({ start: before.value.end, end: member.value.end, text: '' })
    } else {
      const end = after === undefined ? member.value.end : after.keySpan.start
      edits.push({ start: member.keySpan.start, end, text: '' })
    }
  })
  const present = new Set(members.filter(({ key }) => !isRemoved(key)).map(({ key }) => key))
  const added = [...(change.set ?? [])].filter(([key]) => !present.has(key))
  if (added.length > 0) {
    const text = added.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')
    const at = object.span.start + 1
    edits.push({ start: at, end: at, text: kept > 0 ? `${text},` : text })
  }
  return edits
}

/** Most messages have nothing of ours in them. */
function isChanged({ members }: ScannedObject, { set, remove }: ObjectChange): boolean {
  if (set !== undefined && set.size > 0) return true
  if (remove !== undefined) for (const { key } of members) if (remove.has(key)) return true
  return false
}
