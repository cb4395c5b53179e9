import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Button, SearchInput } from '../../kit/index.ts'

/** Asks for the transfers of one call by its id; sent with Enter, for half an id finds nothing. */
export function EventFilter({
  value,
  onValue,
}: {
  value: string | undefined
  onValue: (event: string | undefined) => void
}) {
  const { t } = useLingui()
  const [text, setText] = useState(value ?? '')
  const [shown, setShown] = useState(value)
  if (shown !== value) {
    // The address changed by other means: a link, or "clear".
    setShown(value)
    setText(value ?? '')
  }
  const typed = text.trim()
  return (
    <form
      role="search"
      aria-label={t`Find the postings of a call`}
      className="flex min-w-0 gap-2 max-sm:w-full"
      onSubmit={(event) => {
        event.preventDefault()
        onValue(typed === '' ? undefined : typed)
      }}
    >
      <SearchInput
        className="min-w-0 flex-1 sm:w-80"
        label={t`Id of a call, evt_…`}
        value={text}
        onValue={(next) => {
          setText(next)
          if (next === '' && value !== undefined) onValue(undefined)
        }}
      />
      <Button type="submit">
        <Trans>Find</Trans>
      </Button>
    </form>
  )
}
