import { Trans } from '@lingui/react/macro'
import { useState, useSyncExternalStore, type ComponentProps } from 'react'
import { Disclosure } from '../../kit/index.ts'
import { CallCharts } from './call-charts.tsx'

/** From here on charts stand beside each other above the calls; below it they would hide them. */
const WIDE = '(min-width: 56rem)'

/** The charts of the calls; on a phone only on request. */
export function CallPulse(props: ComponentProps<typeof CallCharts>) {
  const wide = useSyncExternalStore(followWidth, () => matchMedia(WIDE).matches)
  const [open, setOpen] = useState(false)
  if (wide) return <CallCharts {...props} />
  return (
    <Disclosure open={open} onToggle={setOpen} summary={<Trans>Rate and duration</Trans>}>
      {open && <CallCharts {...props} />}
    </Disclosure>
  )
}

function followWidth(listener: () => void): () => void {
  const query = matchMedia(WIDE)
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}
