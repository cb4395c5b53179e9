import type { CarryRequest } from '../pipeline.ts'
import { textOf } from '../protocol/json/span.ts'
import type { Message } from '../protocol/message.ts'
import type { Endpoint } from '../route/endpoint.ts'
import { sendRpcRefusal } from './delivery/refusal.ts'
import { createLegacyHop, type LegacyHopParts } from './legacy-hop.ts'
import { carryLegacyNotice } from './legacy-notice.ts'
import type { RelayParts } from './relay-parts.ts'
import type { Reply } from './reply.ts'
import type { ClientSession } from './session/client-session.ts'
import { greetingOf } from './session/greeting.ts'
import { refuseTarget } from './target-refusal.ts'
import type { Visit } from './visit.ts'

/** Carries messages of legacy sessions, whichever transport brought them. */
export interface LegacyCarrier {
  hopOf(session: ClientSession, endpoint: Endpoint): LegacyHopParts
  /** A session for the client that sent this `initialize`; the message itself is still to be carried. */
  open(visit: Visit, initialize: Message): ClientSession
  /** Forgets a session whose server did not take the greeting: it is none. */
  dropUngreeted(session: ClientSession, endpoint: Endpoint): Promise<void>
  carry(visit: Visit, message: Message, session: ClientSession, reply: Reply): Promise<void>
}

/** Carries requests by the path of a call, and all else beside it. */
export function createLegacyCarrier(parts: RelayParts, carry: CarryRequest): LegacyCarrier {
  const hopOf = (session: ClientSession, endpoint: Endpoint): LegacyHopParts => ({
    session,
    endpoint,
    isBare: session.id === '' && endpoint.server?.transport.kind === 'http',
    mintId: () => parts.inFlight.mintId(),
    onLost: (lost) => void parts.sessionIds.end(lost),
  })
  return {
    hopOf,
    open({ caller, endpoint }, { params, text }) {
      return parts.sessions.open({
        endpointId: endpoint.id,
        caller,
        greeting: greetingOf(params === undefined ? undefined : textOf(text, params.span)),
        openLink: parts.openLink,
        mintId: () => parts.inFlight.mintId(),
      })
    },
    async dropUngreeted(session, { server }) {
      if (server !== undefined && session.linkTo(server.id) === undefined)
        await parts.sessions.drop(session)
    },
    async carry(visit, message, session, reply) {
      const { exchange, caller, endpoint } = visit
      const hopParts = hopOf(session, endpoint)
      if (message.kind !== 'request')
        return await carryLegacyNotice(parts, hopParts, visit, message, reply)
      const { codec } = session
      const refusal = refuseTarget(codec, message)
      if (refusal !== undefined) return sendRpcRefusal(reply, message.idText ?? 'null', refusal)
      const hop = createLegacyHop(hopParts)
      const { headers } = exchange
      await carry({ caller, endpoint, codec, message, headers, reply, hop }, session.ended)
    },
  }
}
