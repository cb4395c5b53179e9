const METHODS: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  // Skills (SEP-2640) extend the same results.
  'resources/directory/read',
  'skills/list',
  'skills/get',
])

/** Whether results of a method say for how long clients may keep them, by `ttlMs` and `cacheScope` (MCP 2026-07-28, caching). */
export function isCacheable(method: string): boolean {
  return METHODS.has(method)
}
