import { lazy, Suspense } from 'react'
import { Skeleton } from '../../../kit/index.ts'
import type { ServerForm } from './server-form.ts'

const OpenApiFields = lazy(async () => {
  const { OpenApiFields: loaded } = await import('./openapi-fields.tsx')
  return { default: loaded }
})

/** The fields of a REST API, loaded when one is looked at: most servers are none. */
export function OpenApiFieldsLater(props: { form: ServerForm; isNew?: boolean }) {
  return (
    <Suspense fallback={<Skeleton lines={4} />}>
      <OpenApiFields {...props} />
    </Suspense>
  )
}
