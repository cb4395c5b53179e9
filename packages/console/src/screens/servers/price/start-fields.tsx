import { Trans, useLingui } from '@lingui/react/macro'
import { Field, Input, RadioGroup, Time, timeZone } from '../../../kit/index.ts'
import { localMoment } from './local-moment.ts'
import type { PriceForm } from './price-form.ts'

/** When a new price takes over. A rise starts later than it is published; the API says when. */
export function StartFields({
  form,
  tried,
  earliest,
}: {
  form: PriceForm
  /** Whether it was tried to publish: then a missing time is told. */
  tried: boolean
  /** What the API answered to a start that was too early. */
  earliest: string | undefined
}) {
  const { t } = useLingui()
  const rises = form.change === 'rise' || form.change === 'steep_rise'
  return (
    <>
      <RadioGroup
        legend={t`When it starts`}
        value={form.start}
        onValue={form.setStart}
        options={[
          {
            value: 'earliest',
            label: t`As early as allowed`,
            hint: rises
              ? t`A rise starts once every gateway is sure to know it; the platform says when.`
              : t`At once; only a rise has to wait until every gateway knows it.`,
          },
          { value: 'at', label: t`At a time of my choice` },
        ]}
      />
      {form.start === 'at' && (
        <Field
          label={t`Starts at`}
          hint={t`Your time zone: ${timeZone()}`}
          error={
            earliest === undefined ? (
              tried && localMoment(form.moment) === undefined && t`Choose a date and a time.`
            ) : (
              <Trans>
                Too early: the earliest start is <Time value={earliest} />.
              </Trans>
            )
          }
          required
        >
          {(control) => (
            <Input
              {...control}
              type="datetime-local"
              step={1}
              value={form.moment}
              onChange={(event) => form.setMoment(event.target.value)}
            />
          )}
        </Field>
      )}
    </>
  )
}
