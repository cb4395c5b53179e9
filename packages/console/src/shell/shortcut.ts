import { useEffect } from 'react'

const APPLE = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** The shortcut of the command palette, as this device writes it. */
export const SHORTCUT_TEXT = APPLE ? '⌘ K' : 'Ctrl K'

/** Calls back on Ctrl-K or ⌘K, everywhere on the page. */
export function useShortcut(onPress: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey)
        return
      event.preventDefault()
      onPress()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [onPress])
}
