/** Whom a cap may bind: each of these that a call belongs to is on its scope path (spending §1.2). */
export const CAP_SCOPES = ['organization', 'project', 'agent', 'key', 'session', 'mandate'] as const

/** One kind of scope. */
export type CapScopeKind = (typeof CAP_SCOPES)[number]

/** How often a cap starts anew, in UTC; `call` is each call by itself, `total` never starts anew. */
export const CAP_WINDOWS = ['call', 'hour', 'day', 'month', 'total'] as const

/** One kind of window. */
export type CapWindowName = (typeof CAP_WINDOWS)[number]

/** Caps on one scope path: more than the caps of all its scopes together (`capLimitOf` of payments). */
export const PATH_CAPS_MAX = 96

/** What a stop may stop: all that an organization spends, or what it spends by or at one of these (spending §7.20). */
export const STOP_SCOPES = ['organization', 'project', 'agent', 'key', 'mandate', 'server'] as const

/** One kind of stop. */
export type StopScopeKind = (typeof STOP_SCOPES)[number]
