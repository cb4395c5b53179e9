import type { ServerEntity } from '@mcp-orchestra/api/snapshot'
import type { RefusedHandles } from '../../audit/refused-handles.ts'
import type { Authorizer } from '../../authorize/authorizer.ts'
import { headerOf } from '../../protocol/codec.ts'
import { legacyCodecOf } from '../../protocol/revisions.ts'
import type { Endpoint } from '../../route/endpoint.ts'
import { keyBinding } from '../../seal/binding.ts'
import type { HandleCodec, HandleFault } from '../../seal/handle-codec.ts'
import { SESSION_TOKEN_CHARS_MAX, type SessionToken } from '../../seal/session-token.ts'
import type { OpenLink } from '../../upstream/links.ts'
import { SessionLost } from '../../upstream/upstream.ts'
import { sessionIdOf, slotOf } from '../peers.ts'
import type { Visit } from '../visit.ts'
import type { ClientSession } from './client-session.ts'
import type { EndedSessions } from './ended-sessions.ts'
import { greetingOf } from './greeting.ts'
import type { SessionNotes } from './session-notes.ts'
import type { SessionStore } from './session-store.ts'

/** What session ids are made and read with. */
export type SessionIdsParts = {
  /** This gateway's slot. */
  readonly self: string
  readonly tokens: HandleCodec<SessionToken>
  readonly ended: EndedSessions
  readonly notes: SessionNotes
  readonly store: SessionStore
  readonly refused: RefusedHandles
  readonly serverById: (id: string) => ServerEntity | undefined
  readonly mayUse: Authorizer['mayUse']
  readonly openLink: OpenLink
  readonly mintId: () => number
}

/** A session's id for its client, and whether another process can go on with it. */
export type MintedId = { readonly text: string; readonly isKept: boolean }

/** The `Mcp-Session-Id`s of legacy clients: sealed tokens that carry what it takes to go on elsewhere (spending §7.22). */
export interface SessionIds {
  /** Names a session whose greeting was answered. */
  mint(session: ClientSession): MintedId
  /** The session in this process, if it lives here and belongs to this key at this endpoint. */
  live(id: string, visit: Visit): ClientSession | undefined
  /** The session, taken up again from its id; undefined when it is refused, ended, or its state is gone. */
  resume(id: string, visit: Visit): ClientSession | undefined
  /** Ends it for good: its id does not open again. */
  end(session: ClientSession): Promise<void>
}

/** Makes ids of the sessions in a store. */
export function createSessionIds(parts: SessionIdsParts): SessionIds {
  const { self, tokens, ended, notes, store, refused, mintId } = parts

  const refuse = ({ caller, endpoint }: Visit, fault: HandleFault): undefined => {
    const action = 'gateway.session_refused'
    refused.note({ action, caller, endpointId: endpoint.id, fault })
  }

  const open = (id: string, visit: Visit): SessionToken | undefined => {
    const slot = slotOf(id)
    const opened = tokens.open(id.slice(slot.length + 1), keyBinding(visit.caller))
    if (opened.kind === 'refused') return refuse(visit, opened.fault)
    const token = opened.value
    // The slot stands before the seal too, where it can be read without a key: both must say the same.
    if (token.slot !== slot) return refuse(visit, 'unreadable')
    return token.endpointId === visit.endpoint.id ? token : refuse(visit, 'misplaced')
  }

  const rebuild = (token: SessionToken, visit: Visit): ClientSession | undefined => {
    const { rest } = token
    if (rest === null || ended.has(token.id)) return undefined
    const noted = notes.read(token.place, token.id)
    // It may have had what nobody here knows: then its client says it anew, in a new session.
    if (noted === undefined && rest.needsNotes) return undefined
    if (noted?.some(({ kind }) => kind === 'bound') === true) return undefined
    const { caller, endpoint, exchange } = visit
    const { openLink } = parts
    const greeting = greetingOf(rest.greeting)
    const session = store.open(
      { endpointId: endpoint.id, caller, greeting, openLink, mintId },
      token.id,
    )
    // The token may be older than the answer that decided the revision: a header knows better, its absence does not.
    const named = headerOf(exchange.headers, 'mcp-protocol-version')
    session.agree(legacyCodecOf(named)?.revision ?? token.revision)
    session.takeUp(noted === undefined)
    session.state.restore(noted ?? [])
    session.state.noteTo((note) => notes.write(token.place, token.id, note))
    for (const { serverId, ...kept } of rest.links) {
      const server = serverOf(endpoint, serverId, parts)
      // What was taken from the caller or switched off meanwhile is no part of the session any more.
      if (server?.enabled === true && parts.mayUse(caller, server) === undefined)
        session.adopt(server, kept)
    }
    return session
  }

  return {
    mint(session) {
      const place = notes.place()
      const token = {
        id: session.id,
        slot: self,
        place,
        endpointId: session.endpointId,
        revision: session.codec.revision,
      }
      const seal = (rest: SessionToken['rest']): string =>
        sessionIdOf(self, tokens.seal({ ...token, rest }, keyBinding(session.caller)))
      const kept = session.kept()
      const greeting = session.greeting.paramsText
      const full = kept === undefined ? '' : seal({ greeting, ...kept, links: [...kept.links] })
      const isKept = kept !== undefined && full.length <= SESSION_TOKEN_CHARS_MAX
      const text = isKept ? full : seal(null)
      store.name(session, text)
      if (isKept) {
        session.carry(kept)
        session.state.noteTo((note) => notes.write(place, session.id, note))
      }
      return { text, isKept }
    },
    live: (id, { caller, endpoint }) => store.find(id, caller, endpoint.id),
    resume(id, visit) {
      const token = open(id, visit)
      if (token === undefined) return undefined
      try {
        const session = rebuild(token, visit)
        if (session === undefined) return undefined
        store.name(session, id)
        return session
      } catch (error) {
        // Its server is reached in another way than before: what it knew of the session is gone.
        if (error instanceof SessionLost) return undefined
        throw error
      }
    },
    async end(session) {
      await Promise.all([ended.add(session.id), store.drop(session)])
    },
  }
}

function serverOf(
  { server }: Endpoint,
  serverId: string,
  { serverById }: SessionIdsParts,
): ServerEntity | undefined {
  if (server !== undefined) return server.id === serverId ? server : undefined
  return serverById(serverId)
}
