import { scanArray, scanObject, stringAt } from '../../protocol/json/scan.ts'
import { duplicateOf, textOf, type Span } from '../../protocol/json/span.ts'
import { ArgumentFault } from './argument-fault.ts'

/** An argument as parameters need it; numbers keep the digits that the caller wrote. */
export type ArgumentValue =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly Piece[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Piece])[] }

/** A part of a list or map: its exact JSON text, read further only by who needs that. */
export type Piece = { readonly json: string }

/** Reads one JSON value, one level deep. */
export function readValue(text: string, span: Span): ArgumentValue {
  switch (text[span.start]) {
    case '"':
      return { kind: 'scalar', text: stringAt(text, span) ?? '' }
    case 'n':
      return { kind: 'nothing' }
    case '[': {
      const elements = scanArray(text, span.start)?.elements ?? []
      return { kind: 'list', items: elements.map((element) => ({ json: textOf(text, element) })) }
    }
    case '{': {
      const object = scanObject(text, span.start)
      if (object === undefined) return { kind: 'nothing' }
      const twice = duplicateOf(object)
      if (twice !== undefined) throw new ArgumentFault(`${JSON.stringify(twice)} stands twice.`)
      return {
        kind: 'map',
        entries: object.members.map(({ key, value }) => [key, { json: textOf(text, value) }]),
      }
    }
    default:
      return { kind: 'scalar', text: textOf(text, span) }
  }
}

/** Reads a part of a list or map. */
export function readPiece({ json }: Piece): ArgumentValue {
  return readValue(json, { start: 0, end: json.length })
}

/** A part as text: a scalar as it is, null as nothing, whatever has parts of its own as JSON. */
export function pieceText(piece: Piece): string {
  const value = readPiece(piece)
  if (value.kind === 'scalar') return value.text
  return value.kind === 'nothing' ? '' : piece.json
}
