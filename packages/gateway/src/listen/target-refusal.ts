import type { Codec, RpcRefusal } from '../protocol/codec.ts'
import { missingTarget, RPC_INVALID_PARAMS, type Message } from '../protocol/message.ts'

/** The error for a request that does not name its target by a string; undefined when it does, or has none. */
export function refuseTarget(codec: Codec, message: Message): RpcRefusal | undefined {
  const member = missingTarget(message)
  if (member === undefined) return undefined
  const sentence = `invalid params: ${member} is missing or not a string`
  return { status: codec.statusOf(400), code: RPC_INVALID_PARAMS, message: sentence }
}
