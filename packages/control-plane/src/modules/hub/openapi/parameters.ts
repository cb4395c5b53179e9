import type { OpenApiParameter, OpenApiStyle } from '@mcp-orchestra/api/openapi-catalog'
import { isNode, itemsOf, membersOf, textIn, type Document, type Node } from './document.ts'
import { OperationFault } from './document-fault.ts'
import type { SchemaWriter } from './schema-writer.ts'
import { NAME_CHARS_MAX, plainName, withDigest } from './tool-name.ts'

/** Parameters of one operation at most. */
const PARAMETERS_MAX = 200

const STYLES: Readonly<Record<OpenApiParameter['place'], readonly OpenApiStyle[]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
}

/** Arguments that keep their name when several parameters have it come from the place that stands first. */
const PLACES = ['path', 'query', 'header', 'cookie'] as const

/** Headers that are not a caller's: the connection's, the relay's, and those that OpenAPI says are described elsewhere. */
const NOT_ARGUMENTS = new Set([
  'accept',
  'accept-encoding',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
])

/** A parameter, and the schema of its argument. */
export type WrittenParameter = { readonly parameter: OpenApiParameter; readonly schema: unknown }

/** What a document says of one parameter. */
type Found = {
  readonly node: Node
  readonly place: OpenApiParameter['place']
  readonly name: string
}

/** The parameters of a path and of its operation, the operation's own in front (OpenAPI 3.1.1 §4.8.10). */
export function findParameters(
  document: Document,
  lists: readonly { readonly value: unknown; readonly at: string }[],
  /** Names, with their place before a space, that are not for callers: credentials and fixed headers. */
  taken: ReadonlySet<string>,
): Found[] {
  const found = new Map<string, Found>()
  for (const { value, at } of lists) {
    for (const [index, item] of itemsOf(value).entries()) {
      const node = document.follow(item, `${at}/parameters/${index}`)
      const place = PLACES.find((known) => known === node?.['in'])
      const name = node?.['name']
      if (node === undefined || place === undefined || typeof name !== 'string' || name === '')
        throw new OperationFault(`the parameter at ${at}/parameters/${index} is not one`)
      const key = `${place} ${place === 'header' ? name.toLowerCase() : name}`
      if (taken.has(key.toLowerCase())) continue
      if (place === 'header' && NOT_ARGUMENTS.has(name.toLowerCase())) continue
      if (!found.has(key)) found.set(key, { node, place, name })
    }
  }
  if (found.size > PARAMETERS_MAX)
    throw new OperationFault(`it has more than ${PARAMETERS_MAX} parameters`)
  return PLACES.flatMap((place) => [...found.values()].filter((each) => each.place === place))
}

/** Writes parameters as arguments of a tool; `hasBody` keeps the name `body` free. */
export function writeParameters(
  found: readonly Found[],
  writer: SchemaWriter,
  { hasBody, at }: { readonly hasBody: boolean; readonly at: string },
): WrittenParameter[] {
  const names = new Set(hasBody ? ['body'] : [])
  return found.map(({ node, place, name }) => {
    const argument = argumentName(name, place, names)
    names.add(argument)
    const [media] = membersOf(node['content'])
    const style = styleOf(node, place, name)
    const holder = media !== undefined && isNode(media[1]) ? media[1] : node
    const written = writer.write(holder['schema'], `${at}/parameters/${name}`)
    const description = textIn(node, 'description', 1_000)
    return {
      parameter: {
        argument,
        place,
        name,
        required: place === 'path' || node['required'] === true,
        form: media !== undefined && /[/+]json\b/i.test(media[0]) ? 'json' : 'style',
        style,
        explode: typeof node['explode'] === 'boolean' ? node['explode'] : style === 'form',
        allowReserved: place === 'query' && node['allowReserved'] === true,
      },
      schema: {
        ...(isNode(written) ? written : {}),
        ...(description === undefined ? {} : { description }),
        ...(node['deprecated'] === true ? { deprecated: true } : {}),
      },
    }
  })
}

function styleOf(node: Node, place: OpenApiParameter['place'], name: string): OpenApiStyle {
  const allowed = STYLES[place]
  const { style } = node
  const [usual = 'simple'] = allowed
  if (style === undefined || node['content'] !== undefined) return usual
  const known = allowed.find((each) => each === style)
  if (known === undefined)
    throw new OperationFault(`its parameter ${name} has a style that ${place} does not have`)
  return known
}

/** Model APIs take the same characters in names of arguments as in those of tools. */
function argumentName(name: string, place: string, taken: ReadonlySet<string>): string {
  const plain = plainName(name) || place
  const short = plain.length <= NAME_CHARS_MAX ? plain : withDigest(plain, `${place} ${name}`)
  if (!taken.has(short)) return short
  const placed = `${short}_${place}`
  if (placed.length <= NAME_CHARS_MAX && !taken.has(placed)) return placed
  return withDigest(short, `${place} ${name}`)
}
