import { Cancel } from '../../cancel.ts'
import { pause } from '../../pause.ts'
import { scanObject } from '../../protocol/json/scan.ts'
import { memberOf, textOf } from '../../protocol/json/span.ts'
import { RPC_METHOD_NOT_FOUND, type Message } from '../../protocol/message.ts'
import {
  RPC_HEADER_MISMATCH,
  RPC_MISSING_CAPABILITY,
  RPC_UNSUPPORTED_VERSION,
} from '../../protocol/rev-2026-07-28/codec.ts'
import { dataOf } from '../../protocol/sse/event.ts'
import { isLarge, type StreamEvent } from '../../protocol/sse/stream-event.ts'
import { holderOf } from '../links.ts'
import type { ModernRequest, ModernUpstream } from '../modern-upstream.ts'
import { readUpstream } from '../read-answer.ts'
import type { UpstreamBody, UpstreamResponse } from '../upstream.ts'
import type { ChildLoan, ChildPool } from './child-pool.ts'
import { ModernChild } from './modern-child.ts'
import type { Duplex } from '../duplex/duplex.ts'

/** An answer that comes within this is given with the HTTP status of its error; later ones are events, in milliseconds. */
const FIRST_ANSWER_MS = 5_000
/** Who holds a process that the gateway uses in nobody's name. */
const OWN_HOLDER = 'the gateway itself'

/** HTTP statuses of errors that the revision prescribes (MCP 2026-07-28, streamable HTTP); all others are 200. */
const STATUSES: ReadonlyMap<number, number> = new Map([
  [RPC_METHOD_NOT_FOUND, 404],
  [RPC_HEADER_MISMATCH, 400],
  [RPC_MISSING_CAPABILITY, 400],
  [RPC_UNSUPPORTED_VERSION, 400],
])

/** Modern servers over stdio: no greeting, no session; one process for each caller serves all of its requests. */
export function createModernStdio(children: ChildPool): ModernUpstream {
  const known = new WeakMap<Duplex, ModernChild>()
  return {
    async send(server, request) {
      const { caller } = request
      const loan = children.lend(server, caller === undefined ? OWN_HOLDER : holderOf(caller))
      const child = known.get(loan.child) ?? new ModernChild(loan.child)
      known.set(loan.child, child)
      return await sendToChild(loan, child, request)
    },
  }
}

/** A modern view of one process on loan, which is not given back: for a probe. */
export function createModernLoan(loan: ChildLoan): ModernUpstream {
  const child = new ModernChild(loan.child)
  return {
    send: (_server, request) =>
      sendToChild({ child: loan.child, giveBack: () => undefined }, child, request),
  }
}

async function sendToChild(
  loan: Pick<ChildLoan, 'child' | 'giveBack'>,
  child: ModernChild,
  { id, method, text, signal }: ModernRequest,
): Promise<UpstreamResponse> {
  // The consumer may never read the answer: the end of its signal gives the process back all the same.
  signal.addEventListener('abort', loan.giveBack, { once: true })
  const release = (): void => {
    signal.removeEventListener('abort', loan.giveBack)
    loan.giveBack()
  }
  try {
    if (id === undefined) {
      // An id in a client's cancellation is the client's own; its request is cancelled by its stream.
      if (method !== 'notifications/cancelled') await child.tell(text)
      release()
      return answered(202, { kind: 'none', detail: '' })
    }
    const events = child.ask(id, method, text, signal)[Symbol.asyncIterator]()
    const end = (): void => {
      child.forget(id)
      release()
    }
    return await firstOf(events, end)
  } catch (error) {
    release()
    throw error
  }
}

/** The whole answer when it comes first and soon, else events. */
async function firstOf(
  events: AsyncGenerator<StreamEvent>,
  end: () => void,
): Promise<UpstreamResponse> {
  const coming = events.next()
  const came = new Cancel()
  void coming.then(
    () => came.abort(undefined),
    () => came.abort(undefined),
  )
  await pause(FIRST_ANSWER_MS, came.signal)
  if (came.aborted) {
    const first = await coming
    const event = first.done === true ? undefined : first.value
    if (event !== undefined && isLarge(event)) {
      await events.return(undefined)
      end()
      return answered(200, { kind: 'large', chunks: event.chunks })
    }
    const text = event === undefined ? undefined : dataOf(event)
    const message = text === undefined ? undefined : readUpstream(text)
    if (message?.kind === 'response') {
      await events.return(undefined)
      end()
      return answered(statusOf(message), { kind: 'message', text: message.text })
    }
  }
  return answered(200, { kind: 'events', native: false, events: resumed(coming, events, end) })
}

async function* resumed(
  coming: Promise<IteratorResult<StreamEvent>>,
  events: AsyncGenerator<StreamEvent>,
  end: () => void,
): AsyncGenerator<StreamEvent> {
  try {
    const first = await coming
    if (first.done !== true) yield first.value
    yield* events
  } finally {
    await events.return(undefined)
    end()
  }
}

function statusOf({ text, root }: Message): number {
  const member = memberOf(root, 'error')
  const error = member === undefined ? undefined : scanObject(text, member.value.start)
  const code = memberOf(error, 'code')
  return code === undefined ? 200 : (STATUSES.get(Number(textOf(text, code.value))) ?? 200)
}

function answered(status: number, body: UpstreamBody): UpstreamResponse {
  return { status, sessionId: undefined, body }
}
