import { saveChoice, savedChoice } from './saved-choice.ts'
import { createStore, useStore } from './store.ts'

/** What a reader may choose; `system` follows the device. */
export const THEMES = ['system', 'light', 'dark'] as const
/** One of {@link THEMES}. */
export type Theme = (typeof THEMES)[number]
/** How close rows stand. */
export const DENSITIES = ['comfortable', 'compact'] as const
/** One of {@link DENSITIES}. */
export type Density = (typeof DENSITIES)[number]

/** The chosen theme. */
export const theme = createStore<Theme>(savedChoice('theme', THEMES, 'system'))
/** The chosen density. */
export const density = createStore<Density>(savedChoice('density', DENSITIES, 'comfortable'))
/** Counts changes of what is drawn, chosen or the device's, for canvases that must be drawn again. */
const version = createStore(0)

function apply(): void {
  const { dataset } = document.documentElement
  if (theme.get() === 'system') delete dataset['theme']
  else dataset['theme'] = theme.get()
  dataset['density'] = density.get()
  version.set(version.get() + 1)
}

/** Puts the choices on <html> and follows them and the device. */
export function startTheme(): void {
  apply()
  theme.subscribe(() => {
    saveChoice('theme', theme.get())
    apply()
  })
  density.subscribe(() => {
    saveChoice('density', density.get())
    apply()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    version.set(version.get() + 1),
  )
}

/** Changes whenever colours may have changed. */
export function useThemeVersion(): number {
  return useStore(version)
}
