import type { AnyRouter } from '@tanstack/react-router'

/**
 * Puts the focus on the title of a screen that was just entered, so that a screen reader says where it is
 * and Tab goes on from there. Not on the first load, and not when only the search changed.
 */
export function focusTitleOnArrival(router: AnyRouter): void {
  router.subscribe('onRendered', ({ fromLocation, toLocation }) => {
    if (fromLocation === undefined || fromLocation.pathname === toLocation.pathname) return
    document.querySelector<HTMLElement>('#page-title')?.focus({ preventScroll: true })
  })
}
