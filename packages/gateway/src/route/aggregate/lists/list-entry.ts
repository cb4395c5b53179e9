import { scanArray, scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../../protocol/json/span.ts'
import { editObject, splice } from '../../../protocol/json/splice.ts'
import type { ListKind } from './list-kind.ts'

/** One entry of a list: its exact text as the server wrote it, and what names it there. */
export type ListEntry = {
  readonly key: string
  readonly text: string
  /** Why a tool is kept out of merged lists; null when it is not, undefined for other entries. */
  readonly quarantined?: string | null
}

/** One page of a list. */
export type ListPage = {
  readonly entries: readonly ListEntry[]
  readonly nextCursor: string | undefined
}

/** Reads a page; entries without a name are dropped, because nobody could address them. */
export function readPage(resultText: string, kind: ListKind): ListPage {
  const result = scanObject(resultText)
  const list = memberOf(result, kind.member)
  const array = list === undefined ? undefined : scanArray(resultText, list.value.start)
  const entries = (array?.elements ?? []).flatMap((span) => {
    const key = stringAt(resultText, memberOf(scanObject(resultText, span.start), kind.key)?.value)
    return key === undefined ? [] : [{ key, text: textOf(resultText, span) }]
  })
  const nextCursor = stringAt(resultText, memberOf(result, 'nextCursor')?.value)
  // Some servers say with an empty cursor that there is nothing more.
  return { entries, nextCursor: nextCursor === '' ? undefined : nextCursor }
}

/** The entry under another name; every other byte stays. */
export function renameEntry(text: string, kind: ListKind, name: string): string {
  const object = scanObject(text)
  if (object === undefined) return text
  return splice(text, editObject(object, { set: new Map([[kind.key, JSON.stringify(name)]]) }))
}
