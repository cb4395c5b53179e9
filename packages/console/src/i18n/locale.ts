import { i18n } from '@lingui/core'
import { saveChoice, savedChoice } from '../session/saved-choice.ts'

/** Languages that the console speaks, in their own names; English is the source. */
export const LOCALES = { en: 'English', de: 'Deutsch' } as const
/** One of {@link LOCALES}. */
export type Locale = keyof typeof LOCALES

const NAMES = Object.keys(LOCALES) as Locale[]
const CATALOGS = { en: () => import('./en.po'), de: () => import('./de.po') } as const

/** Loads a language and shows the page in it. */
export async function setLocale(locale: Locale): Promise<void> {
  const { messages } = await CATALOGS[locale]()
  i18n.loadAndActivate({ locale, messages })
  document.documentElement.lang = locale
  saveChoice('locale', locale)
}

/** The saved language, else the browser's first that we speak, else English. */
export function firstLocale(): Locale {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2))
  const spoken = wanted
    .map((tag) => NAMES.find((name) => name === tag))
    .find((name) => name !== undefined)
  return savedChoice('locale', NAMES, spoken ?? 'en')
}
