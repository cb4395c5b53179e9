import { problemsOf, type ProblemTable } from '@mcp-orchestra/kernel'

/** Why a platform does not start: each is one sentence and exit code 1. */
export const PLATFORM_PROBLEMS = {
  'platform.node_too_old': {
    status: 500,
    title: 'This needs Node 24 or newer.',
    retryable: false,
  },
  'platform.unknown_variable': {
    status: 422,
    title:
      'An environment variable that begins with ORCHESTRA_ is not one that the platform knows.',
    retryable: false,
  },
  'platform.invalid_variable': {
    status: 422,
    title: 'An environment variable has a value that the platform cannot use.',
    retryable: false,
  },
  'platform.data_dir_unwritable': {
    status: 500,
    title: 'The data directory cannot be created or written.',
    retryable: false,
  },
  'platform.data_dir_damaged': {
    status: 500,
    title: 'The data directory is damaged: something in it is not what the platform left there.',
    retryable: false,
  },
  'platform.data_dir_in_use': {
    status: 409,
    title: 'Another platform is running on this data directory.',
    retryable: true,
  },
  'platform.port_in_use': {
    status: 409,
    title: 'A port that the platform needs is taken by another program.',
    retryable: true,
  },
  'platform.process_failed': {
    status: 500,
    title: 'A process of the platform did not start.',
    retryable: true,
  },
} as const satisfies ProblemTable

/** Throws a row of {@link PLATFORM_PROBLEMS}; `detail` is the sentence that the terminal shows. */
export const refuse: ReturnType<typeof problemsOf<typeof PLATFORM_PROBLEMS>> =
  problemsOf(PLATFORM_PROBLEMS)
