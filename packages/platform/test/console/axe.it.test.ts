import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startConsole, type ConsoleStage } from './console-stage.ts'
import { ACTED, SCREENS, SIZES, THEMES, type Screen } from './screens.ts'
import { addShowcase } from './showcase.ts'
import { visit } from './watched-page.ts'

/** WCAG 2.2, levels A and AA, with all that it took over from 2.0 and 2.1. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** Every way in which a screen is looked at. */
const WAYS = SIZES.flatMap(({ name, ...options }) =>
  THEMES.map((colorScheme) => ({
    name: `${name}, ${colorScheme}`,
    options: { ...options, colorScheme },
  })),
)

let stage: ConsoleStage
let showcase: Awaited<ReturnType<typeof addShowcase>>
beforeAll(async () => {
  stage = await startConsole()
  showcase = await addShowcase(stage)
}, 240_000)
afterAll(async () => {
  await stage.close()
  await showcase.close()
})

describe('before the first call', () => {
  describe.each(WAYS)('$name', (way) => {
    checkScreens(way)
  })
})

describe('with calls and keys', () => {
  let call = ''
  beforeAll(async () => {
    const { operator } = stage
    for (const message of ['one', 'two', 'three']) {
      const params = { name: 'echo', arguments: { message } }
      await operator.hub.routeRequest({ server: 'everything', params })
    }
    await operator.users.issueAPIKey('me', ['tools:call'], { name: 'laptop' })
    await vi.waitFor(
      async () => {
        const events = await operator.usage.list().all()
        if (events.length < 3) throw new Error(`${events.length} of 3 calls are posted`)
        call = `/calls/${events[0]?.id ?? ''}`
      },
      { timeout: 30_000 },
    )
  })
  describe.each(WAYS)('$name', (way) => {
    checkScreens(way, () => call)
  })
})

/** One test for each screen, in one browser context for all of them. */
function checkScreens({ options }: (typeof WAYS)[number], call?: () => string): void {
  let signedIn: Page
  let visitor: Page
  beforeAll(async () => {
    signedIn = await (await stage.newSession(options)).newPage()
    visitor = await (await stage.newContext(options)).newPage()
  })
  afterAll(async () => {
    await signedIn.context().close()
    await visitor.context().close()
  })
  test.each(SCREENS)('$name is free of WCAG 2.2 AA faults', async (screen) => {
    expect(await faultsOf(screen.open === true ? visitor : signedIn, screen)).toEqual([])
  })
  if (call === undefined) return
  test('call is free of WCAG 2.2 AA faults', async () => {
    expect(await faultsOf(signedIn, { path: call() })).toEqual([])
  })
  test.each(ACTED)('$name is free of WCAG 2.2 AA faults', async (screen) => {
    expect(await faultsOf(signedIn, screen)).toEqual([])
  })
}

/** What axe finds; a page that scrolls sideways is a fault too (WCAG 1.4.10). */
async function faultsOf(
  page: Page,
  { path, act }: Pick<Screen, 'path' | 'act'>,
): Promise<readonly string[]> {
  await visit(page, path)
  await act?.(page)
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
  )
  const root = 'document.documentElement'
  const sideways = await page.evaluate<boolean>(`${root}.scrollWidth > ${root}.clientWidth`)
  return sideways ? [...found, 'the page scrolls sideways'] : found
}
