import type { PriceEntity } from '@mcp-orchestra/api/snapshot'
import { formatUnits, Problem, USD, type MoneyWire } from '@mcp-orchestra/kernel'
import { refuse } from './problems.ts'

/** A refusal for want of money, with what the tool costs in words and numbers; any other error as it is. */
export function explainRefusal(error: unknown, tool: string, price: PriceEntity): unknown {
  if (!(error instanceof Problem)) return error
  const { code, cause } = error
  const cost = { amount: price.metered?.maximum ?? price.amount, asset: price.asset }
  const members = { ...error.members, price: cost }
  const verb = price.metered === undefined ? 'costs' : 'may cost up to'
  const costs = `${tool} ${verb} ${inWords(cost)}`
  if (code === 'charge.insufficient_funds') {
    const available = error.members['available'] as MoneyWire
    const detail = `${costs}, ${inWords(available)} are available.`
    return refuse(code, { cause, members, detail })
  }
  if (code === 'charge.cap_exceeded') {
    const remaining = error.members['remaining'] as MoneyWire
    const detail =
      error.members['window'] === 'call'
        ? `${costs}, a single call may cost ${inWords(remaining)}.`
        : `${costs}, the cap leaves ${inWords(remaining)} in its window.`
    return refuse(code, { cause, members, detail })
  }
  return error
}

/** Whole units where the gateway knows the asset's scale, else atomic ones. */
function inWords({ amount, asset }: MoneyWire): string {
  if (asset !== USD.id) return `${amount} atomic units of ${asset}`
  return `${formatUnits(BigInt(amount), USD)} USD`
}
