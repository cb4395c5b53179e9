import { msg } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import type { MessageDescriptor } from '@lingui/core'
import type { UsageEvent } from '@mcp-orchestra/sdk'
import { StatusDot, type Tone } from '../../kit/index.ts'

type Words = {
  readonly tone: Tone
  readonly label: MessageDescriptor
  readonly meaning: MessageDescriptor
}

const WORDS: Readonly<Record<UsageEvent['outcome'], Words>> = {
  complete: {
    tone: 'good',
    label: msg`Complete`,
    meaning: msg`The server returned a complete result.`,
  },
  tool_error: {
    tone: 'bad',
    label: msg`Tool error`,
    meaning: msg`The tool ran and reported an error. It is charged only where the listing says so.`,
  },
  input_required: {
    tone: 'info',
    label: msg`Input needed`,
    meaning: msg`The server asks for input first. The call that completes pays.`,
  },
  task_created: {
    tone: 'info',
    label: msg`Task begun`,
    meaning: msg`The server went on in the background. Fetching the finished result pays.`,
  },
  rpc_error: {
    tone: 'bad',
    label: msg`Protocol error`,
    meaning: msg`The server answered with a JSON-RPC error. Nothing is charged.`,
  },
  timeout: {
    tone: 'bad',
    label: msg`Timed out`,
    meaning: msg`The server did not answer within the deadline. Nothing is charged.`,
  },
  upstream_failed: {
    tone: 'bad',
    label: msg`Server failed`,
    meaning: msg`The server died or could not be reached. Nothing is charged.`,
  },
  unauthorized: {
    tone: 'warn',
    label: msg`Not authorized`,
    meaning: msg`The server wants an account: none is connected, it has to be authorized again, or it lacks the right. Nothing is charged.`,
  },
  result_too_large: {
    tone: 'bad',
    label: msg`Result too large`,
    meaning: msg`The result is over the size limit of this server. Nothing is charged.`,
  },
  invalid_result: {
    tone: 'bad',
    label: msg`Invalid result`,
    meaning: msg`The server answered something that is no result. Nothing is charged.`,
  },
  cancelled: {
    tone: 'neutral',
    label: msg`Cancelled`,
    meaning: msg`The caller cancelled before the result came. Only metered parts that had arrived are charged.`,
  },
  limit_reached: {
    tone: 'warn',
    label: msg`Limit reached`,
    meaning: msg`The call had used all that it may cost and was stopped. What had arrived is charged.`,
  },
  refused: {
    tone: 'warn',
    label: msg`Refused`,
    meaning: msg`The platform refused the call before the server saw it. Nothing is charged.`,
  },
}

/** How a call ended: a shape and a word. */
export function Outcome({ value }: { value: UsageEvent['outcome'] }) {
  const { i18n } = useLingui()
  const { tone, label } = WORDS[value]
  return <StatusDot tone={tone} label={i18n._(label)} />
}

/** The words for an outcome: its name, and what it means for the money. */
export function useOutcomeWords(): (value: UsageEvent['outcome']) => {
  label: string
  meaning: string
} {
  const { i18n } = useLingui()
  return (value) => ({ label: i18n._(WORDS[value].label), meaning: i18n._(WORDS[value].meaning) })
}
