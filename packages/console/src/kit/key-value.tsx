import { Fragment, type ReactNode } from 'react'

/** Names and values, one a line; on a phone the value stands under its name. */
export function KeyValue({ items }: { items: readonly { label: string; value: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-1 gap-x-6 gap-y-0.5 sm:grid-cols-[minmax(8rem,max-content)_minmax(0,1fr)] sm:gap-y-2">
      {items.map((item) => (
        <Fragment key={item.label}>
          <dt className="text-muted max-sm:mt-2 max-sm:text-sm">{item.label}</dt>
          <dd className="min-w-0 break-words">{item.value}</dd>
        </Fragment>
      ))}
    </dl>
  )
}
