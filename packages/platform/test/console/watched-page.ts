import type { BrowserContext, Page } from 'playwright-core'

/** What a page did that nobody asked for. */
export type Findings = {
  /** Breaches of the Content Security Policy, as the browser reported them. */
  readonly policyBreaches: string[]
  /** Errors that no code caught. */
  readonly errors: string[]
  /** Requests to anybody but the platform. */
  readonly strangers: string[]
}

/** Runs in the page: a breach that only reports is told as well. */
const TELL = `document.addEventListener('securitypolicyviolation', (event) => {
  console.error('Content Security Policy: ' + event.violatedDirective + ' ' + event.blockedURI)
})`

/** Writes down what every page of a context does. */
export async function watch(
  context: BrowserContext,
  origins: readonly string[],
): Promise<Findings> {
  const findings: Findings = { policyBreaches: [], errors: [], strangers: [] }
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol === 'data:' || url.protocol === 'blob:') return
    if (!origins.includes(url.origin)) findings.strangers.push(request.url())
  })
  context.on('weberror', (error) => findings.errors.push(String(error.error())))
  context.on('console', (message) => {
    if (/content.security.policy/i.test(message.text()))
      findings.policyBreaches.push(message.text())
  })
  await context.addInitScript({ content: TELL })
  return findings
}

/**
 * Goes to an address and resolves when the page has settled: its title is there and nothing of it is still
 * loading. Throws when it came out somewhere else, such as at the sign-in screen.
 */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('main .animate-pulse').first().waitFor({ state: 'hidden' })
  const arrived = new URL(page.url()).pathname
  if (arrived !== path.replace(/\?.*$/, '')) throw new Error(`${path} led to ${arrived}`)
}
