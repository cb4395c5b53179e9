import { Trans, useLingui } from '@lingui/react/macro'
import { Money } from '../../../kit/index.ts'
import { percentOfBps, splitFee } from './fee-split.ts'

/** How many calls the second line speaks of: fees are on the sum, so it shows what rounding keeps. */
const MANY_CALLS = 1_000n

/** Who gets what of a price: exact, for one call and for many. */
export function FeeLines({ atomic, feeBps }: { atomic: bigint; feeBps: number | undefined }) {
  const { t } = useLingui()
  if (feeBps === undefined) {
    return (
      <p className="text-sm text-muted">
        <Trans>The platform says its fee when the price is published.</Trans>
      </p>
    )
  }
  const percent = percentOfBps(feeBps)
  const lines = [
    { label: t`One call`, paid: atomic },
    { label: t`1,000 calls`, paid: atomic * MANY_CALLS },
  ]
  return (
    <div className="overflow-x-auto rounded-md border border-line bg-sunken">
      <table className="w-full text-end text-sm [&_td]:px-3 [&_td]:py-1.5 [&_th]:px-3 [&_th]:py-1.5">
        <caption className="sr-only">
          <Trans>Who gets what</Trans>
        </caption>
        <thead>
          <tr className="text-muted [&_th]:font-medium">
            <th scope="col" className="text-start">
              <Trans>For</Trans>
            </th>
            <th scope="col">
              <Trans>Payer pays</Trans>
            </th>
            <th scope="col">
              <Trans>Platform, {percent} %</Trans>
            </th>
            <th scope="col">
              <Trans>Publisher gets</Trans>
            </th>
          </tr>
        </thead>
        <tbody className="font-mono">
          {lines.map(({ label, paid }) => (
            <FeeLine key={label} label={label} paid={paid} feeBps={feeBps} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function FeeLine({ label, paid, feeBps }: { label: string; paid: bigint; feeBps: number }) {
  const { fee, rest } = splitFee(paid, feeBps)
  return (
    <tr className="border-t border-line">
      <th scope="row" className="text-start font-sans font-medium whitespace-nowrap">
        {label}
      </th>
      {[paid, fee, rest].map((amount, index) => (
        <td key={index}>
          <Money value={{ amount: amount.toString(), asset: 'USD' }} />
        </td>
      ))}
    </tr>
  )
}
