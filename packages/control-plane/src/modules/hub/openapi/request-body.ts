import type { OpenApiBody, OpenApiPart, OpenApiStyle } from '@mcp-orchestra/api/openapi-catalog'
import { isNode, itemsOf, membersOf, textIn, type Document, type Node } from './document.ts'
import { OperationFault } from './document-fault.ts'
import type { SchemaWriter } from './schema-writer.ts'

/** A body, and the schema of the argument `body`. */
export type WrittenBody = { readonly body: OpenApiBody; readonly schema: unknown }

const PART_STYLES = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] as const
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/
/** Properties of a form that have rules of their own, at most. */
const PARTS_MAX = 200

/** Which kinds of body are taken, the best first: what models write best. */
const FORMS: readonly (readonly [OpenApiBody['form'], RegExp])[] = [
  ['json', /^application\/([\w.!#$&^-]+\+)?json$|^\*\/\*$|^application\/\*$/],
  ['multipart', /^multipart\/form-data$/],
  ['urlencoded', /^application\/x-www-form-urlencoded$/],
  ['text', /^text\/|[/+](xml|yaml|x-ndjson|graphql|javascript)$/],
  ['binary', /^[\w.!#$&^+-]+\/[\w.!#$&^+*-]+$/],
]

/** Writes a request's body; null when the operation takes none. */
export function writeBody(
  document: Document,
  value: unknown,
  writer: SchemaWriter,
  at: string,
): WrittenBody | null {
  if (value === undefined) return null
  const node = document.follow(value, `${at}/requestBody`)
  if (node === undefined) throw new OperationFault(`the body at ${at}/requestBody is not one`)
  const media = membersOf(node['content']).map(
    ([type, held]) => [(type.split(';')[0] ?? '').trim().toLowerCase(), held] as const,
  )
  for (const [form, accepts] of FORMS) {
    const chosen = media.find(([type]) => accepts.test(type))
    if (chosen === undefined) continue
    const [type, held] = chosen
    const contentType = typeToSend(form, type)
    const schema = isNode(held) ? held['schema'] : undefined
    const place = `${at}/requestBody/content/${type}/schema`
    const description = textIn(node, 'description', 1_000)
    const written = form === 'text' || form === 'binary' ? {} : writer.write(schema, place)
    return {
      body: {
        required: node['required'] === true,
        contentType,
        form,
        parts:
          form === 'multipart' || form === 'urlencoded'
            ? partsOf(document, schema, isNode(held) ? held['encoding'] : undefined, place)
            : {},
      },
      schema: {
        ...shapeOf(form, contentType),
        ...(isNode(written) ? written : {}),
        ...(description === undefined ? {} : { description }),
      },
    }
  }
  throw new OperationFault('it takes a body of a kind that cannot be written')
}

function typeToSend(form: OpenApiBody['form'], type: string): string {
  if (!type.includes('*') && MEDIA_TYPE.test(type)) return type
  return form === 'json' ? 'application/json' : 'application/octet-stream'
}

function shapeOf(form: OpenApiBody['form'], contentType: string): Node {
  if (form === 'text') return { type: 'string', contentMediaType: contentType }
  if (form === 'binary')
    return { type: 'string', contentEncoding: 'base64', contentMediaType: contentType }
  return form === 'json' ? {} : { type: 'object' }
}

/** What each property of a form is written as (OpenAPI 3.1.1 §4.8.15). */
function partsOf(
  document: Document,
  schema: unknown,
  encoding: unknown,
  at: string,
): Record<string, OpenApiPart> {
  const found = document.follow(schema, at)
  const encodings = new Map(membersOf(encoding))
  const properties = membersOf(found?.['properties']).slice(0, PARTS_MAX)
  return Object.fromEntries(
    properties.flatMap(([name, property]) => {
      const part = partOf(document, property, encodings.get(name), `${at}/properties/${name}`)
      return Object.keys(part).length === 0 ? [] : [[name, part]]
    }),
  )
}

function partOf(document: Document, property: unknown, encoding: unknown, at: string): OpenApiPart {
  const schema = document.follow(property, at)
  const item =
    schema?.['items'] === undefined ? schema : document.follow(schema['items'], `${at}/items`)
  const isBinary =
    item !== undefined &&
    (item['format'] === 'binary' ||
      (typeof item['contentMediaType'] === 'string' && item['contentEncoding'] === undefined))
  if (!isNode(encoding)) return isBinary ? { isBinary } : {}
  const { contentType, style, explode } = encoding
  const [type = ''] = typeof contentType === 'string' ? contentType.split(',') : []
  const named = PART_STYLES.find((known): known is OpenApiStyle & typeof known => known === style)
  return {
    ...(isBinary ? { isBinary } : {}),
    ...(MEDIA_TYPE.test(type.trim()) ? { contentType: type.trim() } : {}),
    ...(named === undefined ? {} : { style: named }),
    ...(typeof explode === 'boolean' ? { explode } : {}),
  }
}

/** Media types that an operation's successes have, for `Accept`; JSON first. */
export function acceptOf(types: readonly string[]): string {
  const known = [...new Set(itemsOf(types).filter((type) => isMediaType(type)))].slice(0, 8)
  const json = known.filter((type) => /[/+]json$/.test(type))
  const others = known.filter((type) => !/[/+]json$/.test(type))
  const [first = 'application/json'] = [...json, ...others]
  return [first, ...[...json, ...others].slice(1).map((type) => `${type};q=0.9`), '*/*;q=0.5'].join(
    ', ',
  )
}

function isMediaType(type: unknown): type is string {
  return typeof type === 'string' && MEDIA_TYPE.test(type)
}
