import { useLingui } from '@lingui/react/macro'
import type { AuditEntry } from '@mcp-orchestra/sdk'
import type { ReactNode } from 'react'
import { Duration, Identifier, KeyValue, Money, Time } from '../../kit/index.ts'
import type { Names } from '../../queries/names.ts'
import { DETAIL_WORDS } from './detail-words.ts'
import { ThingName } from './thing-name.tsx'

type Value = AuditEntry['detail'][string]

/** Everything else that an entry says, by name. */
export function EntryDetail({ detail, names }: { detail: AuditEntry['detail']; names: Names }) {
  const { i18n } = useLingui()
  const items = shownParts(detail).map(([name, value]) => {
    const word = DETAIL_WORDS.get(name)
    return {
      label: word === undefined ? name : i18n._(word),
      value: <DetailValue name={name} value={value} detail={detail} names={names} />,
    }
  })
  return <KeyValue items={items} />
}

/** The parts of a detail that say something; an asset is shown with its amount. */
export function shownParts(detail: AuditEntry['detail']): readonly (readonly [string, Value])[] {
  return Object.entries(detail).filter(([name, value]) => name !== 'asset' && value !== null)
}

function DetailValue({
  name,
  value,
  detail,
  names,
}: {
  name: string
  value: Value
  detail: AuditEntry['detail']
  names: Names
}): ReactNode {
  const text = String(value)
  const { asset } = detail
  if (name === 'amount' && typeof asset === 'string' && /^-?\d+$/.test(text)) {
    return <Money value={{ amount: text, asset }} />
  }
  if (name === 'graceMs' && typeof value === 'number') return <Duration ms={value} />
  if (name === 'startsAt') return <Time value={text} />
  if (/^(srv|key|org|mbr)_/.test(text)) return <ThingName id={text} names={names} />
  if (/^[a-z]{3}_[0-9a-z]{26}$/.test(text)) return <Identifier value={text} />
  return <span className="break-words">{text}</span>
}
