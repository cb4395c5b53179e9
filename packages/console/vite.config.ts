import { lingui } from '@lingui/vite-plugin'
import babel from '@rolldown/plugin-babel'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { budget } from './build/budget.ts'
import { pwa } from './build/pwa.ts'
import { shellChunk } from './build/shell-chunk.ts'

/** The platform that `vite` (development) passes requests on to. */
const platformUrl = process.env['ORCHESTRA_URL'] ?? 'http://127.0.0.1:7300'
const proxied = { target: platformUrl, changeOrigin: true, headers: { origin: platformUrl } }

export default defineConfig({
  plugins: [
    react(),
    lingui({ failOnMissing: true, cwd: import.meta.dirname }),
    // Not `macroTransform`: its native binary asks for Node 22, and an npm that runs on Node 20 leaves
    // such a binary out without a word. The build then fails on the machine of whoever tries us first.
    babel({ include: /\.tsx?$/, plugins: ['@lingui/babel-plugin-lingui-macro'] }),
    tailwindcss(),
    shellChunk(),
    VitePWA(pwa),
    budget(),
  ],
  resolve: {
    // What React 18 brought itself: libraries that still support 17 carry a copy.
    alias: [
      { find: /^use-sync-external-store\/shim$/, replacement: 'react' },
      {
        find: /^use-sync-external-store\/shim\/with-selector(\.js)?$/,
        replacement: 'use-sync-external-store/with-selector',
      },
    ],
  },
  server: {
    proxy: { '/v1': proxied, '/api': proxied, '/openapi.json': proxied, '/reference': proxied },
  },
  build: {
    manifest: true,
    target: 'es2024',
    // The first browsers that know light-dark(); older ones would get it spelled out at twice the size.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Everything that an old preload polyfill or an inlined asset would need is forbidden by the policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
})
