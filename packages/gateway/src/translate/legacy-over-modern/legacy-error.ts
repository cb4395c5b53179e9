import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf, textOf, type ScannedObject } from '../../protocol/json/span.ts'
import { splice, type Edit } from '../../protocol/json/splice.ts'
import { RPC_INVALID_PARAMS, RPC_INVALID_REQUEST, type Message } from '../../protocol/message.ts'
import {
  RPC_HEADER_MISMATCH,
  RPC_MISSING_CAPABILITY,
  RPC_UNSUPPORTED_VERSION,
} from '../../protocol/rev-2026-07-28/codec.ts'
import { idEdits } from './legacy-result.ts'

/** JSON-RPC's own code for a fault of the side that answers (JSON-RPC 2.0 §5.1). */
const RPC_INTERNAL_ERROR = -32603
/** What the legacy era says for a resource that is not there (MCP 2025-11-25, resources). */
const RPC_RESOURCE_NOT_FOUND = -32002

/** Codes of the modern era that a legacy client does not know; message and data stay. */
const LEGACY_CODES: ReadonlyMap<number, number> = new Map([
  // The headers are ours: the client can do nothing about them.
  [RPC_HEADER_MISMATCH, RPC_INTERNAL_ERROR],
  [RPC_MISSING_CAPABILITY, RPC_INVALID_REQUEST],
  [RPC_UNSUPPORTED_VERSION, RPC_INVALID_PARAMS],
])

/** A modern error response as a legacy one, for the request that the client's side knows by `id`. */
export function legacyError(message: Message, method: string, id: number): string {
  const { text, root } = message
  const error = errorIn(message)
  const code = memberOf(error, 'code')
  const edits: Edit[] = idEdits(root, id)
  if (code !== undefined) {
    const known = Number(textOf(text, code.value))
    const isGone = method === 'resources/read' && known === RPC_INVALID_PARAMS
    const legacy =
      isGone && namesResource(text, error) ? RPC_RESOURCE_NOT_FOUND : LEGACY_CODES.get(known)
    if (legacy !== undefined) edits.push({ ...code.value, text: String(legacy) })
  }
  return splice(text, edits)
}

/** The code of an error response; undefined for a result. */
export function errorCodeOf(message: Message): number | undefined {
  const code = memberOf(errorIn(message), 'code')
  return code === undefined ? undefined : Number(textOf(message.text, code.value))
}

function errorIn({ text, root }: Message): ScannedObject | undefined {
  const member = memberOf(root, 'error')
  return member === undefined ? undefined : scanObject(text, member.value.start)
}

/** A modern error for a missing resource names it in its data (MCP 2026-07-28, resources). */
function namesResource(text: string, error: ScannedObject | undefined): boolean {
  const data = memberOf(error, 'data')
  const object = data === undefined ? undefined : scanObject(text, data.value.start)
  return stringAt(text, memberOf(object, 'uri')?.value) !== undefined
}
