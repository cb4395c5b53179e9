import { randomBytes } from 'node:crypto'
import type { OpenApiBody, OpenApiPart } from '@mcp-orchestra/api/openapi-catalog'
import { ArgumentFault } from './argument-fault.ts'
import {
  pieceText,
  readPiece,
  readValue,
  type ArgumentValue,
  type Piece,
} from './argument-value.ts'
import { escapeComponent, serializePairs } from './serialize.ts'

/** A body that is sent, and the type that it says it has. */
export type RequestBody = { readonly contentType: string; readonly bytes: string | Uint8Array }

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** The body of a request from the exact JSON text of the argument `body`. */
export function requestBody(body: OpenApiBody, json: string): RequestBody {
  const { contentType } = body
  const value = readValue(json, { start: 0, end: json.length })
  switch (body.form) {
    case 'json':
      // The caller's own bytes: no number loses a digit.
      return { contentType, bytes: json }
    case 'text':
      return { contentType, bytes: textOf(value) }
    case 'binary':
      return { contentType, bytes: bytesOf('body', textOf(value)) }
    case 'urlencoded': {
      const pairs = entriesOf(value).flatMap(([name, piece]) =>
        formPairs(name, piece, body.parts[name]),
      )
      return { contentType, bytes: pairs.join('&') }
    }
    case 'multipart':
      return multipart(body, entriesOf(value))
  }
}

function textOf(value: ArgumentValue): string {
  if (value.kind !== 'scalar') throw new ArgumentFault('body must be a string.')
  return value.text
}

function entriesOf(value: ArgumentValue): readonly (readonly [string, Piece])[] {
  if (value.kind !== 'map') throw new ArgumentFault('body must be an object.')
  return value.entries
}

/** Arrays are repeated and objects are JSON, unless the document gives a style (OpenAPI 3.1.1 §4.8.15). */
function formPairs(name: string, piece: Piece, part: OpenApiPart | undefined): string[] {
  const value = readPiece(piece)
  if (part?.style !== undefined) {
    const explode = part.explode ?? part.style === 'form'
    return serializePairs({ name, style: part.style, explode }, value, escapeComponent)
  }
  const shown = escapeComponent(name)
  if (value.kind === 'nothing') return []
  if (value.kind === 'list')
    return value.items.map((item) => `${shown}=${escapeComponent(pieceText(item))}`)
  return [`${shown}=${escapeComponent(pieceText(piece))}`]
}

/** One part for each property, and for each item of an array (RFC 7578 §4.3). */
function multipart(body: OpenApiBody, entries: readonly (readonly [string, Piece])[]): RequestBody {
  // 144 random bits: no text of a caller can hold it.
  const boundary = `orchestra-${randomBytes(18).toString('base64url')}`
  const chunks: Buffer[] = []
  const add = (name: string, piece: Piece): void => {
    const { type, fileName, bytes } = partOf(name, piece, body.parts[name])
    const file = fileName === undefined ? '' : `; filename="${quoted(fileName)}"`
    chunks.push(
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"${file}\r\n` +
          `Content-Type: ${type}\r\n\r\n`,
      ),
      bytes,
      Buffer.from('\r\n'),
    )
  }
  for (const [name, piece] of entries) {
    const value = readPiece(piece)
    if (value.kind === 'list') for (const item of value.items) add(name, item)
    else if (value.kind !== 'nothing') add(name, piece)
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`))
  return { contentType: `${body.contentType}; boundary=${boundary}`, bytes: Buffer.concat(chunks) }
}

function partOf(name: string, piece: Piece, part: OpenApiPart | undefined) {
  const text = pieceText(piece)
  if (part?.isBinary === true) {
    const type = part.contentType ?? 'application/octet-stream'
    return { type, fileName: name, bytes: bytesOf(name, text) }
  }
  const isObject = readPiece(piece).kind === 'map'
  const type = part?.contentType ?? (isObject ? 'application/json' : 'text/plain; charset=utf-8')
  return { type, fileName: undefined, bytes: Buffer.from(text) }
}

/** A name inside quotes cannot end them (WHATWG, multipart/form-data encoding). */
function quoted(name: string): string {
  return name.replace(/["\r\n]/g, escapeComponent)
}

function bytesOf(argument: string, text: string): Buffer {
  if (!BASE64.test(text)) throw new ArgumentFault(`${argument} must be base64.`)
  return Buffer.from(text, 'base64')
}
