import { OrchestraProblem } from '@mcp-orchestra/sdk'
import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  redirect,
  useLocation,
} from '@tanstack/react-router'
import { toast } from './kit/toast.ts'
import { validateSearch as auditSearch } from './screens/audit/search.ts'
import { validateSearch as balanceSearch } from './screens/balance/search.ts'
import { validateSearch as callsSearch } from './screens/calls/search.ts'
import { validateSearch as connectSearch } from './screens/connect/search.ts'
import { validateSearch as connectionsSearch } from './screens/connections/search.ts'
import { validateSearch as homeSearch } from './screens/home/search.ts'
import { validateSearch as invoicesSearch } from './screens/invoices/search.ts'
import { validateSearch as journalSearch } from './screens/journal/search.ts'
import { validateSearch as keysSearch } from './screens/keys/search.ts'
import { validateSearch as playgroundSearch } from './screens/playground/search.ts'
import { validateSearch as serversSearch, validateServerSearch } from './screens/servers/search.ts'
import { validateSearch as signInSearch } from './screens/sign-in/search.ts'
import { validateSearch as usageSearch } from './screens/usage/search.ts'
import { validateSearch as welcomeSearch } from './screens/welcome/search.ts'
import { meQuery } from './session/me.ts'
import { queryClient } from './session/query-client.ts'
import { Frame } from './shell/frame.tsx'
import { Pending } from './shell/pending.tsx'
import { later } from './shell/lazy.tsx'
import { useStore } from './session/store.ts'

const RouteError = later(() => import('./shell/route-error.tsx'))
const NotFound = later(() => import('./screens/not-found/not-found.tsx'))
const Toaster = later(() => import('./kit/toaster.tsx'))

/** Addresses that nobody has to be signed in for. */
const OPEN_PATHS: ReadonlySet<string> = new Set(['/welcome', '/sign-in'])

const root = createRootRoute({
  async beforeLoad({ location }) {
    if (OPEN_PATHS.has(location.pathname)) return
    try {
      await queryClient.ensureQueryData(meQuery)
    } catch (error) {
      if (!(error instanceof OrchestraProblem) || error.status !== 401) throw error
      throw redirect({
        to: '/sign-in',
        search: location.href === '/' ? {} : { next: location.href },
      })
    }
  },
  component: Root,
  errorComponent: RouteError,
  notFoundComponent: NotFound,
})

function Root() {
  const { pathname } = useLocation()
  return (
    <>
      {OPEN_PATHS.has(pathname) ? (
        <Outlet />
      ) : (
        <Frame>
          <Outlet />
        </Frame>
      )}
      {useStore(toast.shown).length > 0 && <Toaster />}
    </>
  )
}

const parent = { getParentRoute: () => root } as const

const routeTree = root.addChildren([
  createRoute({ ...parent, path: '/welcome', validateSearch: welcomeSearch }).lazy(() =>
    import('./screens/welcome/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/sign-in', validateSearch: signInSearch }).lazy(() =>
    import('./screens/sign-in/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/', validateSearch: homeSearch }).lazy(() =>
    import('./screens/home/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/servers', validateSearch: serversSearch }).lazy(() =>
    import('./screens/servers/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/servers/$id', validateSearch: validateServerSearch }).lazy(() =>
    import('./screens/servers/server-screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/playground', validateSearch: playgroundSearch }).lazy(() =>
    import('./screens/playground/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/calls', validateSearch: callsSearch }).lazy(() =>
    import('./screens/calls/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/calls/$id' }).lazy(() =>
    import('./screens/calls/call-screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/usage', validateSearch: usageSearch }).lazy(() =>
    import('./screens/usage/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/balance', validateSearch: balanceSearch }).lazy(() =>
    import('./screens/balance/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/invoices', validateSearch: invoicesSearch }).lazy(() =>
    import('./screens/invoices/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/invoices/$id' }).lazy(() =>
    import('./screens/invoices/invoice-screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/journal', validateSearch: journalSearch }).lazy(() =>
    import('./screens/journal/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/keys', validateSearch: keysSearch }).lazy(() =>
    import('./screens/keys/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/connect', validateSearch: connectSearch }).lazy(() =>
    import('./screens/connect/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/connections', validateSearch: connectionsSearch }).lazy(() =>
    import('./screens/connections/screen.tsx').then(({ Route }) => Route),
  ),
  createRoute({ ...parent, path: '/audit', validateSearch: auditSearch }).lazy(() =>
    import('./screens/audit/screen.tsx').then(({ Route }) => Route),
  ),
])

/** Every address of the console; each screen's code is loaded when it is entered. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  defaultPendingComponent: Pending,
  defaultErrorComponent: RouteError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
