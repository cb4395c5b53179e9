/** One screen of the console as it is tested and pictured. */
export type Screen = {
  readonly name: string
  readonly path: string
  /** For who is not signed in. */
  readonly open?: true
  /** A text that comes last, for the picture. */
  readonly shows?: string
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
  { name: 'connect', path: '/connect' },
  { name: 'not-found', path: '/no-such-page' },
]

/** Both themes, as the device asks for them. */
export const THEMES = ['light', 'dark'] as const

/** A desk and a phone. */
export const SIZES = [
  { name: 'desktop', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
] as const
