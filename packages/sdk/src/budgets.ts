import type { Api } from './api.ts'
import type { CallOptions } from './deadline.ts'
import type { Cap, KeyGroup } from './documents.ts'
import { listOf, type List, type PageOptions } from './pages.ts'

/** A budget to be: a hard cap on something that spends. */
export type NewBudget = {
  /** Whom it binds, by id: `prj_…`, `agt_…`, `key_…`; absent, the whole organization. */
  readonly of?: string
  /** Binds each session of it by itself, from its first call to its last. */
  readonly eachSession?: boolean
  /** `call` is the most that one call may cost; `total` never starts anew. */
  readonly window: Cap['window']
  /** US dollars ("5"). */
  readonly usd: string
}

/** Connected gateways that have not applied a change within a second. */
export type Pending = { readonly pendingGateways: string[] }

/** Projects, or agents: what keys spend for. */
export type KeyGroups = {
  list(options?: PageOptions): List<KeyGroup>
  create(name: string, options?: CallOptions): Promise<KeyGroup>
  /** Refused while keys that work belong to it. */
  remove(id: string, options?: CallOptions): Promise<KeyGroup>
}

/** `orchestra.budgets`: hard caps for everything that spends. A call that would pass one never runs. */
export type Budgets = {
  list(options?: PageOptions): List<Cap>
  set(budget: NewBudget, options?: CallOptions): Promise<Pending & { cap: Cap }>
  change(id: string, usd: string, options?: CallOptions): Promise<Pending & { cap: Cap }>
  remove(id: string, options?: CallOptions): Promise<Pending>
  readonly projects: KeyGroups
  readonly agents: KeyGroups
}

/** Makes `orchestra.budgets`. */
export function createBudgets(api: Api): Budgets {
  return {
    list: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/caps', { params: { query }, signal }),
        ),
      ),
    set: ({ of, eachSession = false, window, usd }, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/caps', {
          body: {
            window,
            amount: { units: usd, asset: 'USD' },
            scope: {
              kind: eachSession ? 'session' : scopeKindOf(of),
              ...(of === undefined ? {} : { id: of }),
            },
          },
          signal,
        }),
      ),
    change: (id, usd, options) =>
      api.send(options, (client, signal) =>
        client.PATCH('/v1/caps/{id}', {
          params: { path: { id } },
          body: { amount: { units: usd, asset: 'USD' } },
          signal,
        }),
      ),
    remove: (id, options) =>
      api.send(options, (client, signal) =>
        client.DELETE('/v1/caps/{id}', { params: { path: { id } }, signal }),
      ),
    projects: createGroups(api, 'project'),
    agents: createGroups(api, 'agent'),
  }
}

function createGroups(api: Api, kind: KeyGroup['kind']): KeyGroups {
  return {
    list: (options = {}) =>
      listOf(options, (query) =>
        api.send(options, (client, signal) =>
          client.GET('/v1/key-groups', { params: { query: { ...query, kind } }, signal }),
        ),
      ),
    create: (name, options) =>
      api.send(options, (client, signal) =>
        client.POST('/v1/key-groups', { body: { kind, name }, signal }),
      ),
    remove: (id, options) =>
      api.send(options, (client, signal) =>
        client.DELETE('/v1/key-groups/{id}', { params: { path: { id } }, signal }),
      ),
  }
}

/** What an id that spends is of, by its prefix; no id is the organization. */
export function scopeKindOf(id = ''): 'organization' | 'project' | 'agent' | 'key' {
  if (id.startsWith('prj_')) return 'project'
  if (id.startsWith('agt_')) return 'agent'
  return id.startsWith('key_') ? 'key' : 'organization'
}
