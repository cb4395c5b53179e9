import { defineConfig } from 'vitest/config'

/** A unit test has no process, socket, browser or database; the rest end in `.it.test.ts`. */
const INTEGRATION = [
  'packages/**/*.it.test.ts',
  'examples/**/*.it.test.ts',
  'bench/**/*.it.test.ts',
]

/** Integration tests start real databases and servers; two at a time is what two cores carry. */
const INTEGRATION_WORKERS_MAX = 2

export default defineConfig({
  test: {
    retry: 0,
    pool: 'forks',
    reporters: ['default', './tools/vitest/closing-line.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/**/*.test.ts', 'tools/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...INTEGRATION],
          testTimeout: 20_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: INTEGRATION,
          exclude: ['**/node_modules/**'],
          maxWorkers: INTEGRATION_WORKERS_MAX,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
