import { Skeleton } from '../kit/skeleton.tsx'

/** The place of a screen whose code is on its way. */
export function Pending() {
  return (
    <div className="mx-auto w-full max-w-(--size-page) px-4 py-6 md:px-7">
      <Skeleton lines={6} />
    </div>
  )
}
