import { createOrchestra, type Orchestra } from '@mcp-orchestra/sdk'
import {
  chromium,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
} from 'playwright-core'
import { findTool, howToGet } from '../../../../tools/require-tool.ts'
import { startPlatform, type StartedPlatform } from '../../src/index.ts'
import { buildConsole } from './built-console.ts'
import { watch, type Findings } from './watched-page.ts'

/** Chromium without anything that talks to the outside. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** The owner of the operator's organization, as the platform founds it. */
export const OWNER = 'owner@orchestra.local'
/** The password that tests choose for the owner. */
export const PASSWORD = 'correct horse battery staple'
/** The longest that a condition on a page may take on a busy machine, in milliseconds. */
const CONDITION_MS = 30_000

type StorageState = Awaited<ReturnType<BrowserContext['storageState']>>

/** The console on a running platform, and a browser. */
export type ConsoleStage = {
  readonly platform: StartedPlatform
  readonly operator: Orchestra
  /** A browser of its own: cookies, storage; with what it did that nobody asked for. */
  newContext(options?: BrowserContextOptions): Promise<BrowserContext & { findings: Findings }>
  /** One that is signed in as the owner. */
  newSession(options?: BrowserContextOptions): Promise<BrowserContext & { findings: Findings }>
  close(): Promise<void>
}

/** Builds the console, starts a platform with the demo that serves it, and a browser. */
export async function startConsole(): Promise<ConsoleStage> {
  const executablePath = findTool('chromium')
  if (executablePath === undefined) throw new Error(howToGet('chromium'))
  const built = await buildConsole()
  const platform = await startPlatform({ demo: true, env: { ORCHESTRA_CONSOLE_DIR: built.folder } })
  const browser = await chromium.launch({ executablePath, args: FLAGS })
  const baseURL = platform.urls.controlPlane
  const operator = createOrchestra({ baseUrl: baseURL, apiKey: platform.apiKey })
  let signedIn: Promise<StorageState> | undefined
  const newContext: ConsoleStage['newContext'] = (options) => open(browser, platform, options)
  return {
    platform,
    operator,
    newContext,
    async newSession(options) {
      // One session for all: who signs in too often is kept out (10 times in 15 minutes).
      signedIn ??= signInByLink(await newContext(), operator)
      return newContext({ ...options, storageState: await signedIn })
    },
    async close() {
      await browser.close()
      await operator.close()
      await platform.stop()
      await built.remove()
    },
  }
}

async function open(
  browser: Browser,
  platform: StartedPlatform,
  options: BrowserContextOptions = {},
): Promise<BrowserContext & { findings: Findings }> {
  const { controlPlane, gateway } = platform.urls
  // The worker is tested by itself; elsewhere it would answer in place of the platform.
  const context = await browser.newContext({
    baseURL: controlPlane,
    serviceWorkers: 'block',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1440, height: 900 },
    ...options,
  })
  context.setDefaultTimeout(CONDITION_MS)
  const findings = await watch(context, [controlPlane, gateway])
  return Object.assign(context, { findings })
}

/** Redeems a one-time link: sets {@link PASSWORD}, ends other sessions, and starts one. */
async function signInByLink(context: BrowserContext, operator: Orchestra): Promise<StorageState> {
  const { url } = await operator.users.createSignInLink(OWNER)
  const { origin, searchParams } = new URL(url)
  const answer = await context.request.post('/v1/session/link', {
    data: { token: searchParams.get('token'), password: PASSWORD },
    headers: { origin },
  })
  if (!answer.ok()) throw new Error(`no session: ${answer.status()} ${await answer.text()}`)
  const state = await context.storageState()
  await context.close()
  return state
}
