import type { VitePWAOptions } from 'vite-plugin-pwa'

/** Paths that are the platform's, never a page of the console. */
const PLATFORM_PATHS = [
  /^\/v1(\/|$)/,
  /^\/api(\/|$)/,
  /^\/internal/,
  /^\/reference/,
  /^\/healthz/,
  /^\/readyz/,
  /^\/openapi\.json/,
]

/** The console as an installable app: its files are kept, no answer of the platform ever is. */
export const pwa: Partial<VitePWAOptions> = {
  registerType: 'prompt',
  // The policy forbids inline script; the shell registers the worker itself.
  injectRegister: false,
  manifest: {
    name: 'MCP-Orchestra',
    short_name: 'Orchestra',
    description: 'MCP servers as services that are governed, reliable and paid for.',
    theme_color: '#3350d4',
    background_color: '#0d0f13',
    display: 'standalone',
    start_url: '/',
    icons: [
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
      { src: '/icon-maskable.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'maskable' },
    ],
  },
  workbox: {
    globPatterns: ['index.html', '*.svg', 'assets/*.{js,css}'],
    navigateFallback: '/index.html',
    navigateFallbackDenylist: PLATFORM_PATHS,
    cleanupOutdatedCaches: true,
    runtimeCaching: [],
    sourcemap: false,
  },
}
