import { readBatch, type BatchItem } from '../../protocol/batch.ts'
import {
  errorMessage,
  MessageError,
  RPC_INVALID_REQUEST,
  type Message,
} from '../../protocol/message.ts'
import { claimsEnvelope } from '../../protocol/rev-2026-07-28/codec.ts'
import type { Authorizer } from '../../authorize/authorizer.ts'
import { problemMessage } from '../delivery/refusal.ts'
import type { Reply } from '../reply.ts'
import { SharedReply } from '../shared-reply.ts'
import type { Visit } from '../visit.ts'
import { BatchWay } from './batch-way.ts'

/** Requests of one batch that are carried at once; the others wait, for each may hold a result. */
const REQUESTS_AT_ONCE = 8

/** What carries one message of a batch, on its own. */
export type CarryItem = (message: Message, reply: Reply) => Promise<void>

/** Carries each message of a batch through the whole path of a call, as if it had come alone (MCP 2025-03-26). */
export async function carryBatch(
  authorizer: Authorizer,
  { exchange }: Visit,
  text: string,
  carry: CarryItem,
): Promise<void> {
  const { headers, reply } = exchange
  const items = readWhole(text)
  if (items instanceof MessageError)
    return reply.json(400, errorMessage('null', items.rpcCode, items.message))
  const way = new BatchWay(reply)
  let isFirst = true
  const carryOne = async (item: BatchItem): Promise<void> => {
    const refusal = item instanceof MessageError ? item : foreign(item)
    if (refusal !== undefined)
      return way.answer(400, errorMessage(idOf(item), refusal.rpcCode, refusal.message))
    if (item instanceof MessageError) return
    const shared = new SharedReply(isNotice(item) ? way.ofNotices : way, idOf(item))
    // The exchange has admitted one message: each further one counts for itself.
    const isAdmitted = isFirst
    isFirst = false
    const verification = isAdmitted ? undefined : await authorizer.verify(headers.authorization)
    if (verification?.kind === 'refused') {
      const { problem } = verification
      if (item.kind === 'request')
        way.answer(problem.kind.status, problemMessage(idOf(item), problem, reply.requestId))
      return
    }
    await carry(item, shared)
  }
  const requests = items.filter((item) => !isNotice(item)).values()
  const work = async (): Promise<void> => {
    for (const item of requests) {
      await carryOne(item)
      await way.drained()
    }
  }
  const done = await Promise.allSettled([
    ...Array.from({ length: REQUESTS_AT_ONCE }, work),
    ...items.filter(isNotice).map(carryOne),
  ])
  const bug = done.find((one) => one.status === 'rejected')
  if (bug !== undefined) throw bug.reason
  await way.end()
}

function readWhole(text: string): readonly BatchItem[] | MessageError {
  try {
    return readBatch(text)
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    return error
  }
}

/** A message of the modern era, which knows no batches. */
function foreign(message: Message): MessageError | undefined {
  return message.kind !== 'response' && claimsEnvelope(message)
    ? new MessageError(RPC_INVALID_REQUEST, 'a message of this protocol revision is sent alone')
    : undefined
}

function isNotice(item: BatchItem): boolean {
  return !(item instanceof MessageError) && item.kind !== 'request'
}

function idOf(item: BatchItem): string {
  return item instanceof MessageError ? 'null' : (item.idText ?? 'null')
}
