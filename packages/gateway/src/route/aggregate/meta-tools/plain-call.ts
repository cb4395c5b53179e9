import { encodeHeaderValue } from '../../../protocol/rev-2026-07-28/header-value.ts'
import { paramHeadersOf, readParamHeaders } from '../../../protocol/rev-2026-07-28/param-headers.ts'
import { scanObject, stringAt } from '../../../protocol/json/scan.ts'
import { duplicateOf, memberOf, textOf } from '../../../protocol/json/span.ts'
import { editObject, splice } from '../../../protocol/json/splice.ts'
import type { PlainRequest } from '../../endpoint.ts'

/** Which tool `call_tool` shall call, and with what; a sentence says what is wrong with it. */
export type NamedCall =
  | {
      readonly name: string
      /** JSON text of an object. */ readonly argumentsText: string | undefined
    }
  | string

/** Reads the arguments of `call_tool` from the request's `params`. */
export function readNamedCall(paramsText: string): NamedCall {
  const given = memberOf(scanObject(paramsText), 'arguments')
  const object = given === undefined ? undefined : scanObject(paramsText, given.value.start)
  const name = stringAt(paramsText, memberOf(object, 'name')?.value)
  if (object === undefined || name === undefined) return '`name` is missing: which tool to call.'
  const twice = duplicateOf(object, new Set(['name', 'arguments']))
  if (twice !== undefined) return `\`${twice}\` stands twice.`
  const inner = memberOf(object, 'arguments')
  if (inner === undefined) return { name, argumentsText: undefined }
  if (scanObject(paramsText, inner.value.start) === undefined)
    return '`arguments` is an object, by the schema that describe_tool returns.'
  return { name, argumentsText: textOf(paramsText, inner.value) }
}

/**
 * The plain `tools/call` that a `call_tool` stands for: the tool's own name and arguments in place of ours, every
 * other byte of `params` as the client wrote it, so that progress, input responses and `_meta` go with the call.
 */
export function plainCall(
  request: { readonly idText: string | undefined; readonly paramsText: string },
  name: string,
  argumentsText: string | undefined,
): string {
  const { idText = 'null', paramsText } = request
  const params = scanObject(paramsText)
  const change = {
    set: new Map([
      ['name', JSON.stringify(name)],
      ...(argumentsText === undefined ? [] : [['arguments', argumentsText] as const]),
    ]),
    remove: new Set(argumentsText === undefined ? ['arguments'] : []),
  }
  const plain = params === undefined ? paramsText : splice(paramsText, editObject(params, change))
  return `{"jsonrpc":"2.0","id":${idText},"method":"tools/call","params":${plain}}`
}

/** The headers that a modern server wants with it (MCP 2026-07-28, `Mcp-Name` and `Mcp-Param-*`). */
export function plainHeaders(
  name: string,
  definitionText: string | undefined,
  argumentsText: string | undefined,
): PlainRequest['headers'] {
  const schema =
    definitionText === undefined ? undefined : memberOf(scanObject(definitionText), 'inputSchema')
  const mirrored =
    definitionText === undefined || schema === undefined
      ? undefined
      : readParamHeaders(textOf(definitionText, schema.value))
  const params =
    mirrored?.kind === 'valid' ? paramHeadersOf(mirrored.headers, argumentsText) : undefined
  return { 'mcp-name': encodeHeaderValue(name), ...params }
}
