import { Trans } from '@lingui/react/macro'
import { I18nProvider } from '@lingui/react'
import { i18n } from '@lingui/core'
import { createRoot } from 'react-dom/client'
import { createOrchestra } from '@mcp-orchestra/sdk'
import './theme/tokens.css'
import { messages } from './i18n/en.po'
i18n.loadAndActivate({ locale: 'en', messages })
const o = createOrchestra({ baseUrl: '' })
const root = document.querySelector('#root')
if (root !== null) createRoot(root).render(<I18nProvider i18n={i18n}><h1 className="p-4"><Trans>Hello {typeof o.status}</Trans></h1></I18nProvider>)
