/// <reference types="vite-plugin-pwa/vanillajs" />

declare module '*.po' {
  import type { Messages } from '@lingui/core'

  /** Messages by id, compiled at build. */
  export const messages: Messages
}
