import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends a run with `N passed, N failed[, N skipped]` alone on a line, for people and for CI. A file that
 * could not be collected and an error outside any test count as failures: nothing fails in silence.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0
    let failed = unhandledErrors.length
    let skipped = 0
    for (const module of modules) {
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed += 1
        else if (state === 'failed') failed += 1
        else skipped += 1
      }
    }
    const tail = skipped === 0 ? '' : `, ${skipped} skipped`
    process.stdout.write(`\n${passed} passed, ${failed} failed${tail}\n`)
  }
}
