import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { firstLocale, setLocale } from './i18n/locale.ts'
import { router } from './router.tsx'
import { queryClient } from './session/query-client.ts'
import { watchConnection } from './session/reconnect.ts'
import { startTheme } from './session/theme.ts'
import { focusTitleOnArrival } from './shell/arrival.ts'
import './theme/index.css'

const root = document.querySelector('#root')
if (root === null) throw new Error('index.html has no #root')

startTheme()
watchConnection()
focusTitleOnArrival(router)
await setLocale(firstLocale())
createRoot(root).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
)
