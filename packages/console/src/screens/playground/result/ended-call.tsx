import { lazy, Suspense } from 'react'
import { Card, Skeleton } from '../../../kit/index.ts'
import type { ResultProps } from './result-props.ts'

const load = () => import('./result-card.tsx')
const ResultCard = lazy(load)

/** Fetches the result's code while the form is filled in, so that nobody waits for it after the call. */
export async function fetchResultCard(): Promise<void> {
  await load()
}

/** How a call ended; its code comes after the form's, for an address should open fast. */
export function EndedCall(props: ResultProps) {
  return (
    <Suspense
      fallback={
        <Card>
          <Skeleton lines={6} />
        </Card>
      }
    >
      <ResultCard {...props} />
    </Suspense>
  )
}
