import { scanArray, scanObject, stringAt } from '../../../protocol/json/scan.ts'
import {
  memberOf,
  type Member,
  type ScannedObject,
  type Span,
} from '../../../protocol/json/span.ts'

/** What MCP Apps says of a tool (SEP-1865, `_meta.ui`). */
export type ToolTraits = {
  /** For the app of its server, never for a model: `visibility` is there and does not name the model. */
  readonly isAppOnly: boolean
  /** Where the URI of its user interface stands, in today's form and in the deprecated flat one. */
  readonly uiUris: readonly { readonly uri: string; readonly span: Span }[]
}

const PLAIN: ToolTraits = { isAppOnly: false, uiUris: [] }

/** Reads them from a definition's exact text. */
export function toolTraits(definitionText: string): ToolTraits {
  if (!definitionText.includes('ui') && !definitionText.includes('\\')) return PLAIN
  const meta = objectIn(definitionText, scanObject(definitionText), '_meta')
  if (meta === undefined) return PLAIN
  const ui = objectIn(definitionText, meta, 'ui')
  return {
    isAppOnly: isAppOnly(definitionText, memberOf(ui, 'visibility')),
    uiUris: [memberOf(ui, 'resourceUri'), memberOf(meta, 'ui/resourceUri')].flatMap((member) => {
      const uri = stringAt(definitionText, member?.value)
      return uri === undefined || member === undefined ? [] : [{ uri, span: member.value }]
    }),
  }
}

function objectIn(
  text: string,
  object: ScannedObject | undefined,
  key: string,
): ScannedObject | undefined {
  const member = memberOf(object, key)
  return member === undefined ? undefined : scanObject(text, member.value.start)
}

function isAppOnly(text: string, visibility: Member | undefined): boolean {
  const list = visibility === undefined ? undefined : scanArray(text, visibility.value.start)
  return list !== undefined && !list.elements.some((span) => stringAt(text, span) === 'model')
}
