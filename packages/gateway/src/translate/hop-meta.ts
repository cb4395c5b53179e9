import { scanObject } from '../protocol/json/scan.ts'
import { memberOf } from '../protocol/json/span.ts'
import { editObject, splice } from '../protocol/json/splice.ts'

/**
 * A question of a server is put in another form to the client: what the server wants to hear of progress is a token of
 * that hop, and means nothing, or something else, on the next one (MCP, progress: tokens are the sender's own).
 */
export const OF_ONE_HOP: ReadonlySet<string> = new Set(['progressToken'])

/** An object's JSON text without these members of its `_meta`, and without a `_meta` that holds nothing else. */
export function withoutMeta(objectText: string, keys: ReadonlySet<string>): string {
  const object = scanObject(objectText)
  const member = memberOf(object, '_meta')
  const meta = member && scanObject(objectText, member.value.start)
  if (object === undefined || meta === undefined) return objectText
  const gone = meta.members.filter(({ key }) => keys.has(key))
  if (gone.length === 0) return objectText
  const edits =
    gone.length === meta.members.length
      ? editObject(object, { remove: new Set(['_meta']) })
      : editObject(meta, { remove: keys })
  return splice(objectText, edits)
}
