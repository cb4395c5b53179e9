import { META_TOO_DEEP } from '../../protocol/deep-members.ts'
import { JSON_DEPTH_MAX } from '../../protocol/json/scan.ts'
import { readParamHeaders } from '../../protocol/rev-2026-07-28/param-headers.ts'
import { SCHEMA_CHARS_MAX, schemaFault } from './schema-fault.ts'
import { isObject, type JsonObject } from './schema-keywords.ts'

/** Longer names are nobody's mistake, in characters; MCP means 128 at most. */
const NAME_CHARS_MAX = 256
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARS = /[\u0000-\u001f\u007f]/

/** A definition of a tool, at most, in characters of JSON: schemas, descriptions and icons together. */
const DEFINITION_CHARS_MAX = 1_048_576

/**
 * Why a tool is kept out of merged lists: one bad definition makes clients refuse the whole list, or a model API
 * the whole conversation. Null when it is shown. Pure; the definition is the JSON text of one entry of `tools/list`.
 */
export function quarantineReason(definitionText: string): string | null {
  if (definitionText.length > DEFINITION_CHARS_MAX)
    return `The definition is longer than ${DEFINITION_CHARS_MAX} characters.`
  const definition: unknown = JSON.parse(definitionText)
  if (!isObject(definition)) return 'The definition is not a JSON object.'
  const fault =
    nameFault(definition) ??
    depthFault(definition) ??
    inputFault(definition) ??
    partFault(definition, 'outputSchema') ??
    annotationFault(definition)
  return fault === null ? null : `${fault}.`
}

function nameFault({ name, title, description }: JsonObject): string | null {
  if (typeof name !== 'string' || name === '') return 'It has no name'
  if (name.length > NAME_CHARS_MAX) return `Its name is longer than ${NAME_CHARS_MAX} characters`
  if (CONTROL_CHARS.test(name) || !name.isWellFormed())
    return 'Its name has characters that no name may have'
  for (const [key, text] of Object.entries({ title, description })) {
    if (text !== undefined && typeof text !== 'string') return `Its ${key} is not a text`
  }
  return null
}

function depthFault({ _meta: meta }: JsonObject): string | null {
  const isStandIn = isObject(meta) && meta[META_TOO_DEEP] !== undefined
  return isStandIn ? `Its definition nests deeper than ${JSON_DEPTH_MAX} levels` : null
}

function inputFault(definition: JsonObject): string | null {
  const { inputSchema } = definition
  if (inputSchema === undefined) return 'It has no inputSchema'
  if (isObject(inputSchema) && inputSchema['type'] !== 'object')
    return 'Its inputSchema is not of the type object'
  return partFault(definition, 'inputSchema')
}

function partFault(definition: JsonObject, part: 'inputSchema' | 'outputSchema'): string | null {
  const schema = definition[part]
  if (schema === undefined) return null
  const text = JSON.stringify(schema)
  if (text.length > SCHEMA_CHARS_MAX)
    return `Its ${part} is longer than ${SCHEMA_CHARS_MAX} characters`
  const fault = schemaFault(schema)
  if (fault !== null) return `Its ${part}: ${fault}`
  const headers = part === 'inputSchema' ? readParamHeaders(text) : undefined
  return headers?.kind === 'invalid' ? `Its ${part}: ${headers.reason}` : null
}

/** What official clients refuse a list for. */
function annotationFault({ annotations, _meta: meta }: JsonObject): string | null {
  if (annotations !== undefined && !isObject(annotations)) return 'Its annotations are no object'
  if (meta !== undefined && !isObject(meta)) return 'Its _meta is no object'
  return null
}
