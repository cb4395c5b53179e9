import type { Page } from 'playwright-core'
import { HARBOUR_DOCUMENT, WEATHER } from './showcase.ts'

/** One screen of the console as it is tested and pictured. */
export type Screen = {
  readonly name: string
  readonly path: string
  /** For who is not signed in. */
  readonly open?: true
  /** A text that comes last, for the picture. */
  readonly shows?: string
  /** Looked at by axe only: the documentation shows the same on another screen. */
  readonly pictured?: false
  /** What a person does there first. */
  readonly act?: (page: Page) => Promise<void>
}

/** Every address, and the dialogs and tabs that hang on one. */
export const SCREENS: readonly Screen[] = [
  { name: 'welcome', path: '/welcome?token=AAAAAAAAAAAAAAAAAAAAAAAA', open: true },
  { name: 'link-gone', path: '/welcome', open: true },
  { name: 'sign-in', path: '/sign-in', open: true },
  { name: 'home', path: '/' },
  { name: 'servers', path: '/servers', shows: '0.002 USD' },
  { name: 'server-register', path: '/servers?dialog=register' },
  {
    name: 'openapi-register',
    path: '/servers?dialog=register',
    async act(page) {
      await page.getByRole('tab', { name: 'REST API (OpenAPI)' }).click()
      await page.getByRole('tab', { name: 'Text or file' }).click()
      await page.getByLabel('OpenAPI document', { exact: true }).fill(HARBOUR_DOCUMENT)
      await page.getByRole('button', { name: 'Show its operations' }).click()
      await page.getByRole('checkbox', { name: 'closeBerth' }).uncheck()
      await page.getByText('5 of 6 offered').waitFor()
      await page.getByText('Operations of Harbour 2.4').scrollIntoViewIfNeeded()
    },
  },
  { name: 'server', path: '/servers/everything' },
  { name: 'server-tools', path: '/servers/everything?tab=tools' },
  { name: 'server-prices', path: '/servers/everything?tab=prices' },
  { name: 'server-settings', path: '/servers/everything?tab=settings' },
  {
    name: 'server-authorization',
    path: '/servers/calendar?tab=settings',
    async act(page) {
      await page.getByLabel('Who the server sees').selectOption('One client of its owner')
      await page.getByRole('radio', { name: 'With a private key' }).check()
      await page.getByLabel('Client ID').fill('orchestra')
      await page.getByText('Saving ends every account').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'tool-quarantined',
    path: `/servers/${WEATHER.server}?tab=tools&tool=${WEATHER.quarantined}`,
    act: (page) => page.getByText('Kept out of merged lists').waitFor(),
  },
  { name: 'playground', path: '/playground?server=everything&tool=echo' },
  { name: 'calls', path: '/calls' },
  { name: 'balance', path: '/balance' },
  { name: 'top-up', path: '/balance?do=top-up' },
  { name: 'usage', path: '/usage' },
  { name: 'usage-by-tool', path: '/usage?side=publisher&by=tool', pictured: false },
  { name: 'invoices', path: '/invoices', shows: 'Carried to the next' },
  {
    name: 'billing-profile',
    path: '/invoices?dialog=profile',
    async act(page) {
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Please fill this in.').first().waitFor()
    },
  },
  {
    name: 'invoice-missing',
    path: '/invoices/inv_01kp0000000000000000000000',
    pictured: false,
    act: (page) => page.getByText('No such invoice').waitFor(),
  },
  { name: 'journal', path: '/journal' },
  {
    name: 'journal-reconciled',
    path: '/journal',
    async act(page) {
      await page.getByRole('button', { name: 'Reconcile now' }).click()
      await page.getByText('All that must be equal is equal').waitFor()
      await page.getByText('What was compared').click()
      await page.getByRole('table', { name: 'What was compared' }).waitFor()
    },
  },
  {
    name: 'journal-transfer',
    path: '/journal',
    async act(page) {
      const transfers = page.getByRole('table', { name: 'Transfers, newest first' })
      await transfers.getByRole('rowheader').first().getByRole('button').first().click()
      await page.getByRole('dialog').getByText('Smallest units').waitFor()
    },
  },
  { name: 'keys', path: '/keys' },
  { name: 'key-create', path: '/keys?dialog=create' },
  { name: 'accounts', path: '/connections', shows: 'missing: tools:write' },
  {
    name: 'account-connected',
    path: '/connections?server=calendar&outcome=connected',
    pictured: false,
  },
  { name: 'server-account', path: '/servers/calendar', pictured: false },
  { name: 'connect', path: '/connect' },
  { name: 'audit', path: '/audit', shows: 'Session id refused' },
  {
    name: 'audit-entry',
    path: '/audit?outcome=refused',
    async act(page) {
      const name = 'Session id refused, open the entry'
      await page.getByRole('button', { name }).first().click()
      await page.getByRole('dialog').getByText('unreadable').waitFor()
    },
  },
  {
    name: 'audit-empty',
    path: '/audit?target=nothing',
    pictured: false,
    act: (page) => page.getByText('No entry matches').waitFor(),
  },
  { name: 'not-found', path: '/no-such-page' },
]

/** What a person sees after doing something, where there is money and something to call. */
export const ACTED: readonly Screen[] = [
  {
    name: 'palette',
    path: '/',
    async act(page) {
      await page.keyboard.press('Control+K')
      await page.getByRole('dialog').getByText('Playground').first().waitFor()
    },
  },
  {
    name: 'playground-result',
    path: '/playground?server=everything&tool=echo',
    async act(page) {
      await page.getByRole('textbox', { name: /^message/ }).fill('hello')
      await page.getByRole('button', { name: /^Call for/ }).click()
      await page.getByText('Charged 0.001 USD').waitFor()
    },
  },
]

/** Both themes, as the device asks for them. */
export const THEMES = ['light', 'dark'] as const

/** A desk and a phone. */
export const SIZES = [
  { name: 'desktop', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
] as const
