import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type {
  ApiKey,
  FoundedOrganization,
  GrantRule,
  IssuedKey,
  Me,
  Organization,
  Permission,
  MeterEvent,
  SignInLink,
  TrackedEvents,
} from './documents.ts'
import type { Meters } from './meters.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** What a new key is besides its scopes; everything but the name has a safe default. */
export type KeyOptions = CallOptions & {
  readonly name: string
  readonly allow?: readonly GrantRule[]
  /** Deny wins over allow. */
  readonly deny?: readonly GrantRule[]
  readonly expiresInSeconds?: number
  readonly ratePerMinute?: number
  readonly strict?: boolean
  readonly mode?: 'live' | 'test'
  /** The project and the agent that it spends for. */
  readonly projectId?: string
  readonly agentId?: string
}

/** Usage to report: `id` is your own of it, so that a repeat counts once. */
export type TrackedUsage = Omit<MeterEvent, 'subject'>

/** `orchestra.users`: people, organizations and their keys. */
export type Users = {
  /** Who this client is, and what it may do. */
  me(options?: CallOptions): Promise<Me>
  /** Issues a key (seed: `issueAPIKey(userId, scopes)`): for the caller itself, or for the organization as a service. */
  issueAPIKey(
    owner: 'me' | 'organization',
    scopes: readonly Permission[],
    options: KeyOptions,
  ): Promise<IssuedKey>
  listKeys(options?: PageOptions): List<ApiKey>
  /** Puts a new key in the place of an old one, which works on for `graceSeconds`. */
  rotateKey(id: string, options?: CallOptions & { graceSeconds?: number }): Promise<IssuedKey>
  /** Resolves when connected gateways refuse the key. */
  revokeKey(id: string, options?: CallOptions): Promise<{ key: ApiKey; pendingGateways: string[] }>
  /** Operators only: founds an organization, with its first key unless told otherwise. */
  createOrganization(
    organization: { name: string; adminEmail?: string; issueKey?: boolean },
    options?: CallOptions,
  ): Promise<FoundedOrganization>
  listOrganizations(options?: PageOptions): List<Organization>
  /** Reports what a user used, to a meter that was defined with `orchestra.meters` (seed: `trackUsage(userId, usage)`). */
  trackUsage(userId: string, usage: TrackedUsage, options?: CallOptions): Promise<TrackedEvents>
  /** Operators only: a link that works once, for fifteen minutes. */
  createSignInLink(email: string, options?: CallOptions): Promise<SignInLink>
}

/** Makes `orchestra.users`. */
export function createUsers(api: Api, meters: Pick<Meters, 'track'>): Users {
  return {
    me: (options) => api.send(options, (client, signal) => client.GET('/v1/me', { signal })),
    issueAPIKey: (owner, scopes, { signal, timeoutMs, ...rest }) =>
      api.send(given({ signal, timeoutMs }), (client, signal) =>
        client.POST('/v1/keys', {
          body: {
            ...rest,
            permissions: [...scopes],
            service: owner === 'organization',
            allow: [...(rest.allow ?? [{ serverId: '*' }])],
            deny: [...(rest.deny ?? [])],
          },
          signal,
        }),
      ),
    listKeys: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/keys', { params: { query }, signal }),
        ),
      ),
    rotateKey: (id, options = {}) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/keys/{id}/rotate', {
          params: { path: { id } },
          body: options.graceSeconds === undefined ? {} : { graceSeconds: options.graceSeconds },
          signal,
        }),
      ),
    revokeKey: (id, options) =>
      api.send(options, (client, signal) =>
        client.DELETE('/v1/keys/{id}', { params: { path: { id } }, signal }),
      ),
    createOrganization: (organization, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/organizations', { body: { issueKey: true, ...organization }, signal }),
      ),
    listOrganizations: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/organizations', { params: { query }, signal }),
        ),
      ),
    trackUsage: (userId, usage, options) => meters.track([{ ...usage, subject: userId }], options),
    createSignInLink: (email, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/sign-in-links', { body: { email }, signal }),
      ),
  }
}

function given(options: {
  signal: AbortSignal | undefined
  timeoutMs: number | undefined
}): CallOptions {
  return {
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  }
}
