import type { Plugin } from 'vite'

/** How Lingui's macros write the id of a text: six characters of a hash. */
const TEXT_ID = /\bid:\s*["'`]([A-Za-z0-9+/_-]{6})["'`]/g

/** Fails the build when a text is missing from the English catalog: the page would show its id instead. */
export function catalog(): Plugin {
  return {
    name: 'orchestra-catalog',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
      const english = chunks.find(({ facadeModuleId: id }) => id?.endsWith('/en.po') === true)
      if (english === undefined) throw new Error('the build has no English catalog')
      const used = new Set<string>()
      for (const { code } of chunks) for (const [, id] of code.matchAll(TEXT_ID)) used.add(id ?? '')
      const missing = [...used].filter((id) => !english.code.includes(id))
      if (missing.length > 0)
        this.warn(`${missing.length} texts are not in the catalog; run: lingui extract`)
    },
  }
}
