import { getRouteApi } from '@tanstack/react-router'
import { validateServerSearch, type ServerSearch } from '../search.ts'

const route = getRouteApi('/servers/$id')

/** What the address says of one server, and how to change it without a new step in the history. */
export function useServerSearch(): readonly [ServerSearch, (change: SearchChange) => void] {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const put = (change: SearchChange): void =>
    void navigate({
      search: (before) => validateServerSearch({ ...before, ...change }),
      replace: true,
      resetScroll: false,
    })
  return [search, put]
}

type SearchChange = { readonly [K in keyof ServerSearch]?: ServerSearch[K] | undefined }
