import type { Page } from 'playwright-core'

/** One screen of the console as it is tested and pictured. */
export type Screen = {
  readonly name: string
  readonly path: string
  /** For who is not signed in. */
  readonly open?: true
  /** A text that comes last, for the picture. */
  readonly shows?: string
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
  { name: 'server', path: '/servers/everything' },
  { name: 'server-tools', path: '/servers/everything?tab=tools' },
  { name: 'server-prices', path: '/servers/everything?tab=prices' },
  { name: 'server-settings', path: '/servers/everything?tab=settings' },
  { name: 'playground', path: '/playground?server=everything&tool=echo' },
  { name: 'calls', path: '/calls' },
  { name: 'balance', path: '/balance' },
  { name: 'top-up', path: '/balance?do=top-up' },
  { name: 'journal', path: '/journal' },
  { name: 'keys', path: '/keys' },
  { name: 'key-create', path: '/keys?dialog=create' },
  { name: 'accounts', path: '/connections' },
  { name: 'account-connected', path: '/connections?server=everything&outcome=connected' },
  { name: 'connect', path: '/connect' },
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
