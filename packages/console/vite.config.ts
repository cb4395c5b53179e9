import { lingui } from '@lingui/vite-plugin'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), lingui({ macroTransform: true }), tailwindcss()],
  build: { manifest: true, target: 'es2023', modulePreload: { polyfill: false } },
})
