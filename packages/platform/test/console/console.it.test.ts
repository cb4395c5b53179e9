import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { OWNER, PASSWORD, startConsole, type ConsoleStage } from './console-stage.ts'
import {
  DEAR_TEXT,
  DEAR_TOOL,
  HIDDEN_TEXT,
  LARGE_CHARS,
  MANY_TOOLS,
  startOddServer,
} from './odd-server.ts'

let stage: ConsoleStage
let odd: Awaited<ReturnType<typeof startOddServer>>
beforeAll(async () => {
  odd = await startOddServer()
  stage = await startConsole()
  const { organization } = await stage.operator.users.createOrganization({ name: 'Odd tools' })
  await stage.operator.hub.registerMCP({
    alias: 'odd',
    name: 'Odd tools',
    transport: { kind: 'http', url: odd.url },
    protocol: 'MCP-v1',
    visibility: 'everyone',
    organizationId: organization.id,
    limits: { resultBytesMax: 8_000_000 },
  })
  await stage.operator.prices.set('odd', DEAR_TOOL, '50')
}, 240_000)
afterAll(async () => {
  await stage.close()
  await odd.close()
})

/** Opens a tool in the playground. */
async function openTool(page: Page, server: string, tool: string): Promise<void> {
  await page.goto(`/playground?server=${server}&tool=${tool}`)
  await page.getByRole('heading', { level: 2, name: tool }).waitFor()
}

/** Calls the open tool and waits for its end. */
async function call(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Call\b/ }).click()
  await page.getByRole('region', { name: /^(Result|Refused)$/ }).waitFor()
}

test('a first-run link leads to a password, a paid call at the price shown before, the live view, and its postings', async () => {
  const context = await stage.newContext()
  const page = await context.newPage()
  const { url } = await stage.operator.users.createSignInLink(OWNER)
  await page.goto(url)
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await page.getByText('Choose a password of 12 to 128 characters.').waitFor()
  await page.getByLabel('New password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Set the password and sign in' }).click()
  await page.waitForURL(`${stage.platform.urls.controlPlane}/`)
  expect(page.url()).not.toContain('token')

  const live = await context.newPage()
  await live.goto('/calls')
  await live.getByText('Live', { exact: true }).waitFor()

  await openTool(page, 'everything', 'echo')
  await page.getByRole('textbox', { name: /^message/ }).fill('hello from the console')
  await page.getByRole('button', { name: 'Call for 0.001 USD' }).waitFor()
  await call(page)
  await page.getByText('Echo: hello from the console').waitFor()
  await page.getByText('Charged 0.001 USD').waitFor()

  await live.getByRole('button', { name: 'echo, open the call' }).first().click()
  // Checked in the browser, with the keys that are published.
  await live.getByText('Verified', { exact: true }).waitFor()
  await live.getByRole('heading', { level: 1, name: 'echo' }).waitFor()
  const postings = live.getByRole('table', { name: 'Change of each account' })
  await postings.getByText('+0.000975 USD').waitFor()
  await postings.getByText('+0.000025 USD').waitFor()
  await live.getByRole('link', { name: 'In the journal' }).click()
  await live.getByText('The books sum to zero').waitFor()
  expect(await live.getByRole('row').filter({ hasText: '0.000975 USD' }).count()).toBeGreaterThan(0)

  const again = await context.newPage()
  await again.goto(url)
  await again.getByLabel('New password').fill(PASSWORD)
  await again.getByRole('button', { name: 'Set the password and sign in' }).click()
  await again.getByRole('heading', { name: 'This link no longer works' }).waitFor()
  await again.getByText('npm run orchestra -- sign-in-link').waitFor()
  expect(context.findings).toEqual({ policyBreaches: [], errors: [], strangers: [] })
  await context.close()
})

test('a key is shown once, rotated and revoked', async () => {
  const context = await stage.newSession()
  const page = await context.newPage()
  await page.goto('/keys?dialog=create')
  await page.getByRole('textbox', { name: 'Name' }).fill('build server')
  await page.getByRole('button', { name: 'Create the key' }).click()
  const secret = await page
    .getByRole('dialog')
    .getByText(/^mcpo_live_/)
    .textContent()
  expect(secret).toMatch(/^mcpo_live_/)
  await page.getByLabel('I have saved this key').check()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  expect(await page.content()).not.toContain(secret)

  await page.getByRole('button', { name: 'Actions for build server' }).click()
  await page.getByRole('menuitem', { name: 'Rotate' }).click()
  await page.getByRole('button', { name: /^Rotate/ }).click()
  const next = await page
    .getByRole('dialog')
    .getByText(/^mcpo_live_/)
    .textContent()
  expect(next).not.toBe(secret)
  await page.getByLabel('I have saved this key').check()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })

  await page.getByRole('button', { name: 'Actions for build server' }).first().click()
  await page.getByRole('menuitem', { name: 'Revoke' }).click()
  await page.getByRole('button', { name: 'Revoke the key' }).click()
  await page.getByText(/^build server is revoked/).waitFor()
  expect(context.findings).toEqual({ policyBreaches: [], errors: [], strangers: [] })
  await context.close()
})

test('a call dearer than the balance is refused before it runs, and goes through after the top-up', async () => {
  const context = await stage.newSession()
  const page = await context.newPage()
  await openTool(page, 'odd', DEAR_TOOL)
  await page.getByRole('button', { name: 'Call for 50.00 USD' }).waitFor()
  await call(page)
  await page.getByRole('region', { name: 'Refused' }).waitFor()
  await page.getByRole('button', { name: 'Top up' }).first().click()
  await page.getByLabel('Amount in USD').fill('100')
  await page.getByRole('button', { name: 'Add demo money' }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: /^Balance: 100\.\d+ USD/ }).waitFor()
  await openTool(page, 'odd', DEAR_TOOL)
  await call(page)
  await page.getByText(DEAR_TEXT).waitFor()
  await page.getByText('Charged 50.00 USD').waitFor()
  await page.getByRole('link', { name: /^Balance: 50\.\d+ USD/ }).waitFor()
  expect(context.findings).toEqual({ policyBreaches: [], errors: [], strangers: [] })
  await context.close()
})

test('a session that ended in another tab is renewed in place, and nothing on the page is lost', async () => {
  // The owner has a password from the first session on.
  await (await stage.newSession()).close()
  const context = await stage.newContext()
  const [page, other] = [await context.newPage(), await context.newPage()]
  await page.goto('/keys')
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(OWNER)
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'API keys' }).waitFor()
  await openTool(page, 'everything', 'echo')
  await page.getByRole('textbox', { name: /^message/ }).fill('still here')
  await other.bringToFront()
  await other.goto('/servers')
  await other.getByRole('button', { name: /^Display and account/ }).click()
  await other.getByRole('menuitem', { name: 'Sign out' }).click()
  await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()

  await page.bringToFront()
  const dialog = page.getByRole('dialog', { name: 'Your session ended' })
  await dialog.waitFor()
  await dialog.getByRole('textbox', { name: 'Password' }).fill('not the password')
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.getByText('identity.sign_in_refused').waitFor()
  await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await page.getByRole('textbox', { name: /^message/ }).inputValue()).toBe('still here')
  expect(context.findings).toEqual({ policyBreaches: [], errors: [], strangers: [] })
  await context.close()
})

test('a lost connection is said, keeps what was loaded, and mends itself', async () => {
  const context = await stage.newSession()
  const page = await context.newPage()
  await page.goto('/servers')
  await page.getByRole('button', { name: /Everything, over HTTP/ }).waitFor()
  await context.setOffline(true)
  await page.getByText('Connection lost.').waitFor()
  await page.getByRole('button', { name: /Everything, over HTTP/ }).waitFor()
  await context.setOffline(false)
  await page.getByText('Connection lost.').waitFor({ state: 'hidden' })
  expect(context.findings.errors).toEqual([])
  await context.close()
})

test('a server with 500 tools is searched by keyboard, and only what is seen is drawn', async () => {
  const context = await stage.newSession()
  const page = await context.newPage()
  await page.goto('/playground?server=odd')
  await page.getByText(`${MANY_TOOLS} tools`).waitFor()
  expect(await page.getByRole('option', { name: /^tool_/ }).count()).toBeLessThan(100)
  await page.getByRole('combobox', { name: 'Find a tool' }).fill('tool_483')
  await page.getByRole('combobox', { name: 'Find a tool' }).press('ArrowDown')
  await page.getByRole('combobox', { name: 'Find a tool' }).press('Enter')
  await page.getByRole('heading', { level: 2, name: 'tool_483' }).waitFor()

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search and commands' }).fill('tool_217')
  await page.getByRole('option', { name: /tool_217/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 2, name: 'tool_217' }).waitFor()
  expect(context.findings).toEqual({ policyBreaches: [], errors: [], strangers: [] })
  await context.close()
})

test('a hostile result harms nothing: 5 MB of text, hidden characters, a picture, a link that is not followed', async () => {
  const context = await stage.newSession()
  const page = await context.newPage()
  await openTool(page, 'odd', 'hidden')
  await call(page)
  await page
    .getByText(/hidden characters/)
    .first()
    .waitFor()
  const shown = await page.getByRole('region', { name: 'Result' }).innerText()
  expect(shown).not.toContain(HIDDEN_TEXT)

  await openTool(page, 'odd', 'image')
  await call(page)
  await page.getByRole('img', { name: /^Picture in the result/ }).waitFor()

  await openTool(page, 'odd', 'link')
  await call(page)
  await page.getByText('https://tracker.invalid/report').first().waitFor()

  await openTool(page, 'odd', 'large')
  await call(page)
  await page.getByRole('button', { name: 'Show more' }).first().waitFor()
  expect((await page.content()).length).toBeLessThan(LARGE_CHARS / 2)
  await page.getByRole('link', { name: 'Servers' }).click()
  await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor()
  expect(context.findings).toEqual({ policyBreaches: [], errors: [], strangers: [] })
  await context.close()
})

test('the installed console keeps its own files and no answer of the platform', async () => {
  const context = await stage.newSession({ serviceWorkers: 'allow' })
  const page = await context.newPage()
  await page.goto('/servers')
  await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor()
  const kept = await page.evaluate<string[]>(`(async () => {
    await navigator.serviceWorker.ready
    const names = await caches.keys()
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
    return lists.flat().map((request) => new URL(request.url).pathname)
  })()`)
  expect(kept).toContain('/index.html')
  expect(
    kept.filter(
      (path) => !/^\/(index\.html|assets\/|[\w-]+\.svg|manifest\.webmanifest)/.test(path),
    ),
  ).toEqual([])
  await page.reload()
  await page.getByRole('heading', { level: 1, name: 'Servers' }).waitFor()
  expect(context.findings.policyBreaches).toEqual([])
  await context.close()
})
