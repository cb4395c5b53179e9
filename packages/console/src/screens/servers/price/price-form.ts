import { OrchestraProblem, type Price } from '@mcp-orchestra/sdk'
import { useState } from 'react'
import type { NewPrice } from '../../../queries/prices.ts'
import { amountOf, type PricedToolRow } from '../detail/tool-row.ts'
import { priceChange, type PriceChange } from './price-change.ts'
import { readPriceText, type PriceText } from './price-text.ts'
import { localMoment } from './local-moment.ts'

/** The form of a new price. */
export type PriceForm = {
  readonly text: string
  readonly setText: (text: string) => void
  readonly read: PriceText
  /** Undefined while the text is no price. */
  readonly change: PriceChange | undefined
  readonly start: 'earliest' | 'at'
  readonly setStart: (start: 'earliest' | 'at') => void
  readonly moment: string
  readonly setMoment: (moment: string) => void
  /** Agreed to a steep rise. */
  readonly sure: boolean
  readonly setSure: (sure: boolean) => void
  /** The amount in force, atomic units; undefined when there never was a price. */
  readonly now: bigint | undefined
  /** What to send; undefined while something is missing. */
  readonly wish: NewPrice | undefined
}

/** The state of the form of a new price of one tool. */
export function usePriceForm({ name, price }: PricedToolRow): PriceForm {
  const [text, setText] = useState('')
  const [start, setStart] = useState<'earliest' | 'at'>('earliest')
  const [moment, setMoment] = useState('')
  const [sure, setSure] = useState(false)
  const read = readPriceText(text)
  const now = price.now === undefined ? undefined : amountOf(price.now)
  const change = read.ok ? priceChange(now, read.atomic) : undefined
  const startsAt = start === 'at' ? localMoment(moment) : undefined
  const agreed = change !== 'steep_rise' || sure
  const useless = change === 'same' && price.next === undefined
  const ready = read.ok && agreed && !useless && (start === 'earliest' || startsAt !== undefined)
  return {
    text,
    setText: (next) => {
      setText(next)
      setSure(false)
    },
    read,
    change,
    start,
    setStart,
    moment,
    setMoment,
    sure,
    setSure,
    now,
    wish: ready ? { tool: name, usd: read.units, startsAt } : undefined,
  }
}

/** The fee of the tool's own versions, else of any other of the server: the platform sets one for all. */
export function feeBpsOf({ price }: PricedToolRow, siblings: readonly Price[]): number | undefined {
  return (price.next ?? price.now ?? siblings[0])?.feeBps
}

/** The earliest start that the API would take, when that is what it refused. */
export function earliestStart(problem: unknown): string | undefined {
  if (!(problem instanceof OrchestraProblem)) return undefined
  if (problem.code !== 'metering.price_start_too_early') return undefined
  const earliest = problem.members['earliestStartsAt']
  return typeof earliest === 'string' ? earliest : undefined
}
