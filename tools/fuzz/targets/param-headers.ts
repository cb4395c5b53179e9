import assert from 'node:assert/strict'
import { checkJson, JsonError } from '../../../packages/gateway/src/protocol/json/scan.ts'
import {
  decodeHeaderValue,
  encodeHeaderValue,
} from '../../../packages/gateway/src/protocol/rev-2026-07-28/header-value.ts'
import {
  paramHeadersOf,
  paramMismatch,
  readParamHeaders,
} from '../../../packages/gateway/src/protocol/rev-2026-07-28/param-headers.ts'
import { refusing, type Target } from '../target.ts'
import { bagOf } from './headers.ts'

/** A tool's rules, a call's arguments and the headers beside them (MCP 2026-07-28, custom headers from tool parameters). */
export const paramHeaders: Target = {
  name: 'param-headers',
  seeds: [
    '{"properties":{"region":{"type":"string","x-mcp-header":"Region"}}}\n{"region":"eu"}\nmcp-param-region: eu',
    '{"properties":{"n":{"type":"integer","x-mcp-header":"N"},"d":{"properties":{"b":{"type":"boolean","x-mcp-header":"B"}}}}}\n{"n":42.0,"d":{"b":true}}\nmcp-param-n: 42\nmcp-param-b: true',
    '{"properties":{"s":{"type":"string","x-mcp-header":"S"}}}\n{"s":"gr\\u00fcn"}\nmcp-param-s: =?base64?Z3LDvG4=?=',
    '{"items":{"x-mcp-header":"S"}}\n{}\n',
  ],
  words: [
    '"x-mcp-header":"S"',
    '"type":"string"',
    '"properties":{',
    '=?base64?',
    '?=',
    'mcp-param-s: ',
    'null',
  ],
  run(input) {
    const [schema = '', args = '', ...lines] = input.split('\n')
    assert.equal(decodeHeaderValue(encodeHeaderValue(wellFormed(args))), wellFormed(args))
    decodeHeaderValue(schema)
    if (!isJson(schema)) return
    const rules = readParamHeaders(schema)
    if (rules.kind === 'invalid') return
    // What is no JSON does not come as far as this.
    const given = isJson(args) ? args : undefined
    const mirrored = paramHeadersOf(rules.headers, given)
    for (const value of Object.values(mirrored)) assert.match(value, /^[\x20-\x7e]*$/)
    paramMismatch(rules.headers, given, bagOf(lines.join('\n')))
    const whole = rules.headers.filter(({ header }) => Object.hasOwn(mirrored, header))
    // Half a character has no bytes: its header cannot say the same as the body.
    if (given !== undefined && /\\u[dD][89a-fA-F]/.test(given)) return
    const fault = paramMismatch(whole, given, mirrored)
    assert.ok(fault === undefined || fault.endsWith('stands twice'), fault)
  },
}

function isJson(text: string): boolean {
  return refusing(JsonError, () => (checkJson(text), true)) ?? false
}

function wellFormed(text: string): string {
  return text.toWellFormed()
}
