import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { RPC_INVALID_PARAMS, RPC_METHOD_NOT_FOUND } from '../../protocol/message.ts'
import type { Route } from '../endpoint.ts'

/** A result of the endpoint's own, as JSON text. */
export function answer(resultText: string): Route {
  return { kind: 'answer', resultText }
}

/** Parameters that lead nowhere (JSON-RPC -32602). */
export function invalid(message: string): Route {
  return { kind: 'error', code: RPC_INVALID_PARAMS, message, status: 200 }
}

/** A method that the endpoint does not have in this era. */
export function unknownMethod(method: string): Route {
  const message = `unknown method: ${method}`
  return { kind: 'error', code: RPC_METHOD_NOT_FOUND, message, status: 404 }
}

/** An upstream's error, passed on with its own code, message and data. */
export function errorOf(errorText: string): Route {
  const error = scanObject(errorText)
  const code = memberOf(error, 'code')
  const data = memberOf(error, 'data')
  return {
    kind: 'error',
    code:
      code === undefined
        ? RPC_INVALID_PARAMS
        : Math.trunc(JSON.parse(textOf(errorText, code.value)) as number),
    message: stringAt(errorText, memberOf(error, 'message')?.value) ?? 'the server refused',
    status: 200,
    ...(data === undefined ? {} : { dataText: textOf(errorText, data.value) }),
  }
}
