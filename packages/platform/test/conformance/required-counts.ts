/**
 * How many checks of each required scenario pass against the fixture server, by revision. The suite shows a
 * scenario that never ran as "0 passed, 0 failed" with a tick: the numbers are what is asserted.
 */
export const REQUIRED_COUNTS = {
  '2025-11-25': {
    'server-initialize': 3,
    'logging-set-level': 2,
    ping: 2,
    'completion-complete': 2,
    'tools-list': 3,
    'tools-call-simple-text': 2,
    'tools-call-image': 2,
    'tools-call-audio': 2,
    'tools-call-embedded-resource': 2,
    'tools-call-mixed-content': 2,
    'tools-call-with-logging': 2,
    'tools-call-error': 2,
    'tools-call-with-progress': 2,
    'tools-call-sampling': 2,
    'tools-call-elicitation': 2,
    'elicitation-sep1034-defaults': 6,
    'server-sse-multiple-streams': 2,
    'elicitation-sep1330-enums': 6,
    'resources-list': 2,
    'resources-read-text': 2,
    'resources-read-binary': 2,
    'resources-templates-read': 2,
    'resources-subscribe': 2,
    'resources-unsubscribe': 2,
    'prompts-list': 2,
    'prompts-get-simple': 2,
    'prompts-get-with-args': 2,
    'prompts-get-embedded-resource': 2,
    'prompts-get-with-image': 2,
    'dns-rebinding-protection': 2,
  },
  '2026-07-28': {
    'server-stateless': 30,
    'completion-complete': 2,
    'tools-list': 4,
    'tools-call-simple-text': 2,
    'tools-call-image': 2,
    'tools-call-audio': 2,
    'tools-call-embedded-resource': 2,
    'tools-call-mixed-content': 2,
    'tools-call-error': 2,
    'tools-call-with-progress': 2,
    'server-sse-multiple-streams': 1,
    'resources-list': 2,
    'resources-read-text': 2,
    'resources-read-binary': 2,
    'resources-templates-read': 2,
    'sep-2164-resource-not-found': 4,
    'prompts-list': 2,
    'prompts-get-simple': 2,
    'prompts-get-with-args': 2,
    'prompts-get-embedded-resource': 2,
    'prompts-get-with-image': 2,
    'dns-rebinding-protection': 2,
    caching: 8,
    'input-required-result-basic-elicitation': 3,
    'input-required-result-basic-sampling': 3,
    'input-required-result-basic-list-roots': 3,
    'input-required-result-request-state': 3,
    'input-required-result-multiple-input-requests': 3,
    'input-required-result-multi-round': 4,
    'input-required-result-missing-input-response': 2,
    'input-required-result-non-tool-request': 3,
    'input-required-result-result-type': 2,
    'input-required-result-unsupported-methods': 2,
    'input-required-result-tampered-state': 2,
    'input-required-result-capability-check': 2,
    'input-required-result-ignore-extra-params': 2,
    'input-required-result-validate-input': 3,
  },
} as const

/** A revision with a required set. */
export type Requirements = keyof typeof REQUIRED_COUNTS

/** The same of the scenarios that the suite runs and never scores: extensions, and what came after the revision. */
export const UNSCORED_COUNTS = {
  '2025-11-25': {
    'server-session-lifecycle': 3,
    'json-schema-2020-12': 8,
    'server-sse-polling': 3,
  },
  '2026-07-28': {
    'tasks-lifecycle': 9,
    'tasks-capability-negotiation': 5,
    'tasks-wire-fields': 4,
    'tasks-request-state-removal': 3,
    'tasks-mrtr-input': 4,
    'tasks-request-headers': 5,
    'tasks-dispatch-and-envelope': 9,
    // The suite skips its one check.
    'tasks-status-notifications': 0,
    'tasks-required-task-error': 3,
    'tasks-mrtr-composition': 2,
    'json-schema-2020-12': 8,
    'http-header-validation': 14,
    'http-custom-header-server-validation': 10,
  },
} as const

/** How many checks of each scenario pass in front of a server of the client's own era. */
export function likeForLike(revision: Requirements): Readonly<Record<string, number>> {
  return { ...REQUIRED_COUNTS[revision], ...UNSCORED_COUNTS[revision] }
}

/** Where the aggregated endpoint passes another number of checks than the server itself. */
export const AGGREGATED_COUNTS = {
  // The aggregate answers `tools/list` itself and as JSON: the suite then has no streams to look into.
  '2025-11-25': { 'server-sse-multiple-streams': 1 },
  '2026-07-28': {},
} as const

/** Checks of all scenarios that the suite runs for a revision, the unscored ones included: passed and failed. */
export const TOTALS = {
  '2025-11-25': { passed: 84, failed: 0 },
  '2026-07-28': { passed: 196, failed: 0 },
} as const
