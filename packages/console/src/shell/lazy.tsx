import { lazy, Suspense, useEffect, type ComponentType, type ReactElement } from 'react'

/** How long after the first paint the rest of the shell is fetched, in milliseconds: before a line may break. */
const PREFETCH_AFTER_MS = 1_500

const waiting: (() => Promise<unknown>)[] = []

/**
 * A part of the shell that the first paint does not need. It is fetched soon after, so that it is there
 * even when the connection is not.
 */
export function later<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): (props: P) => ReactElement {
  waiting.push(load)
  const Part = lazy(load)
  return function Later(props: P) {
    return (
      <Suspense>
        <Part {...props} />
      </Suspense>
    )
  }
}

/** Fetches what {@link later} put off. */
export function usePrefetch(): void {
  useEffect(() => {
    // A part that cannot be fetched now is fetched again when it is needed.
    const timer = setTimeout(
      () => Promise.allSettled(waiting.map((load) => load())),
      PREFETCH_AFTER_MS,
    )
    return () => clearTimeout(timer)
  }, [])
}
