import { useLingui } from '@lingui/react/macro'
import type { Cap } from '@mcp-orchestra/sdk'

/** Words for the window that a cap counts in. */
export function useWindowWords(): (window: Cap['window']) => string {
  const { t } = useLingui()
  return (window) => {
    switch (window) {
      case 'call':
        return t`per call`
      case 'hour':
        return t`per hour (UTC)`
      case 'day':
        return t`per day (UTC)`
      case 'month':
        return t`per month (UTC)`
      case 'total':
        return t`in all`
    }
  }
}
