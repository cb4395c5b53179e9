import { QueryClient } from '@tanstack/react-query'
import { OrchestraProblem } from '@mcp-orchestra/sdk'

/** How long an answer counts as fresh, in milliseconds: going back and forth asks nothing. */
const FRESH_MS = 5_000
/** Tries after a refusal that says "may succeed later"; a lost line is the banner's affair. */
const RETRIES_MAX = 2

/** The cache of answers. What was loaded stays on screen while the platform cannot be reached. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      networkMode: 'always',
      retry: (failures, error) =>
        failures < RETRIES_MAX &&
        error instanceof OrchestraProblem &&
        error.retryable &&
        error.status !== 401,
    },
    mutations: { networkMode: 'always', retry: false },
  },
})
