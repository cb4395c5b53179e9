import { getRouteApi } from '@tanstack/react-router'
import { useCallback } from 'react'
import { validateSearch, type PlaygroundSearch } from './search.ts'

const route = getRouteApi('/playground')

/** A change of the address; undefined takes a part out of it. */
export type Change = { readonly [K in keyof PlaygroundSearch]?: PlaygroundSearch[K] | undefined }

/** What the address holds now. */
export function usePlaygroundSearch(): PlaygroundSearch {
  return route.useSearch()
}

/** Changes the address in its place; what a person typed is no step to go back to. */
export function usePut(): (change: Change) => void {
  const navigate = route.useNavigate()
  return useCallback(
    (change) =>
      void navigate({
        search: (before) => validateSearch({ ...before, ...change }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  )
}
