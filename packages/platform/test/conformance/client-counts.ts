/**
 * How many kinds of checks of each required client scenario pass, by revision. The suite shows a client that never
 * came as "0 passed, 0 failed" with a tick: the numbers are what is asserted.
 */
export const CLIENT_COUNTS = {
  '2025-11-25': {
    'auth/basic-cimd': 10,
    'auth/metadata-default': 15,
    'auth/metadata-var1': 15,
    'auth/metadata-var2': 15,
    'auth/metadata-var3': 15,
    'auth/pre-registration': 10,
    'auth/scope-from-scopes-supported': 11,
    'auth/scope-from-www-authenticate': 11,
    'auth/scope-omitted-when-undefined': 11,
    'auth/scope-retry-limit': 10,
    'auth/scope-step-up': 12,
    'auth/token-endpoint-auth-basic': 16,
    'auth/token-endpoint-auth-none': 16,
    'auth/token-endpoint-auth-post': 16,
    'elicitation-sep1034-client-defaults': 5,
    initialize: 1,
    'sse-retry': 3,
    tools_call: 2,
  },
  '2026-07-28': {
    'auth/authorization-server-migration': 14,
    'auth/basic-cimd': 10,
    'auth/iss-normalized': 8,
    'auth/iss-not-advertised': 12,
    'auth/iss-supported': 12,
    'auth/iss-supported-missing': 8,
    'auth/iss-unexpected': 8,
    'auth/iss-wrong-issuer': 8,
    'auth/metadata-default': 16,
    'auth/metadata-issuer-mismatch': 3,
    'auth/metadata-var1': 16,
    'auth/metadata-var2': 16,
    'auth/metadata-var3': 16,
    'auth/offline-access-not-supported': 12,
    'auth/offline-access-scope': 13,
    'auth/pre-registration': 10,
    'auth/resource-mismatch': 2,
    'auth/scope-from-scopes-supported': 12,
    'auth/scope-from-www-authenticate': 12,
    'auth/scope-omitted-when-undefined': 12,
    'auth/scope-retry-limit': 11,
    'auth/scope-step-up': 14,
    'auth/token-endpoint-auth-basic': 17,
    'auth/token-endpoint-auth-none': 17,
    'auth/token-endpoint-auth-post': 17,
    'http-custom-headers': 18,
    'http-invalid-tool-headers': 12,
    'http-standard-headers': 9,
    'json-schema-ref-no-deref': 1,
    'request-metadata': 5,
    'sep-2322-client-request-state': 5,
    tools_call: 2,
  },
} as const

/** The same of what the suite runs in both revisions and never scores, but for the drafts of DPoP and workload identity. */
export const UNSCORED_CLIENT_COUNTS = {
  'auth/client-credentials-basic': 5,
  'auth/client-credentials-jwt': 5,
  'auth/enterprise-managed-authorization': 6,
  'json-schema-2020-12-preservation': 9,
} as const

/** The same of what only servers of 2025-03-26 do. */
export const OLDER_CLIENT_COUNTS = {
  'auth/2025-03-26-oauth-metadata-backcompat': 9,
  'auth/2025-03-26-oauth-endpoint-fallback': 4,
} as const
