import type { Plugin } from 'vite'

/** Libraries that every page needs whole. */
const VENDOR = /[\\/]node_modules[\\/](react|react-dom|scheduler|use-sync-external-store)[\\/]/

/** Our modules that only declare: everything but the entry and styles. */
const OWN_MODULES = /[\\/]console[\\/]src[\\/](kit|queries|schema)[\\/].*\.tsx?$/

/** Small parts that many screens share: in one file, since the shell names each file of every screen. */
const KIT =
  /[\\/]console[\\/]src[\\/]kit[\\/](?!data-table|table|visible|chart)|[\\/]lucide-react[\\/]dist[\\/]esm[\\/]icons[\\/]/
/** What fewer files than this share stays apart: nobody loads what one screen in ten needs. */
const KIT_SCREENS_MIN = 8

/**
 * Puts React into one file, and what of our own code the entry imports, with the libraries it uses, into another:
 * one file compresses better than thirty, and React stays cached through our own changes.
 */
export function shellChunk(): Plugin {
  const shell = new Set<string>()
  const nameOf = (id: string): string | null => {
    if (VENDOR.test(id)) return 'vendor'
    return shell.has(id) ? 'shell' : null
  }
  return {
    name: 'orchestra-shell-chunk',
    apply: 'build',
    config: () => ({
      build: {
        rolldownOptions: {
          // A screen pays for what it uses of the kit, not for all that its door shows.
          treeshake: { moduleSideEffects: [{ test: OWN_MODULES, sideEffects: false }] },
          output: {
            codeSplitting: {
              groups: [
                { name: nameOf, debugName: 'shell', priority: 1 },
                { name: 'kit', test: KIT, minShareCount: KIT_SCREENS_MIN },
              ],
            },
          },
        },
      },
    }),
    buildEnd() {
      const visit = (id: string): void => {
        if (shell.has(id) || !/[\\/]console[\\/]src[\\/].*\.tsx?$/.test(id)) return
        shell.add(id)
        for (const imported of this.getModuleInfo(id)?.importedIds ?? []) visit(imported)
      }
      for (const id of this.getModuleIds()) if (id.endsWith('/src/main.tsx')) visit(id)
      // The entry stays the entry.
      for (const id of shell) if (id.endsWith('/src/main.tsx')) shell.delete(id)
    },
  }
}
