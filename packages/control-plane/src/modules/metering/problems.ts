import { problemsOf } from '@mcp-orchestra/kernel'

/** What metering refuses. */
export const METERING_PROBLEMS = {
  'metering.server_not_found': {
    status: 404,
    title: 'There is no such server, or none that you own.',
    retryable: false,
  },
  'metering.price_start_too_early': {
    status: 422,
    title: 'A higher price starts no earlier than every gateway and every user is sure to know it.',
    retryable: false,
  },
  'metering.price_unsellable': {
    status: 422,
    title: 'No call could be sold by this price, or its books could not be closed.',
    retryable: false,
  },
  'metering.asset_unsupported': {
    status: 422,
    title: 'Prices are in USD for now.',
    retryable: false,
  },
  'metering.organization_not_found': {
    status: 404,
    title: 'There is no such organization, or none whose usage you may see.',
    retryable: false,
  },
  'metering.usage_event_not_found': {
    status: 404,
    title: 'There is no such usage event, or none that you may see.',
    retryable: false,
  },
  'metering.meter_not_found': {
    status: 404,
    title: 'Your organization has no meter of this key.',
    retryable: false,
  },
  'metering.meter_exists': {
    status: 409,
    title: 'A meter has or had this key; a definition never changes, so choose another key.',
    retryable: false,
  },
  'metering.meter_limit': {
    status: 422,
    title: 'Your organization has as many meters as it may have.',
    retryable: false,
  },
  'metering.meter_archived': {
    status: 422,
    title: 'The meter is archived and takes no events.',
    retryable: false,
  },
  'metering.event_conflict': {
    status: 409,
    title: 'Another event was received under this id; give each event an id of its own.',
    retryable: false,
  },
  'metering.event_time_refused': {
    status: 422,
    title: 'The event is too old, or lies in the future.',
    retryable: false,
  },
  'metering.event_value_refused': {
    status: 422,
    title: 'The value is not what the meter measures.',
    retryable: false,
  },
  'metering.period_invalid': {
    status: 422,
    title: 'The period has no windows, or too many of them.',
    retryable: false,
  },
  'metering.too_many_streams': {
    status: 429,
    title: 'As many live streams are open as may be; close one, or wait as Retry-After says.',
    retryable: true,
  },
  'metering.streams_closing': {
    status: 503,
    title: 'This control plane is stopping; connect again in a moment.',
    retryable: true,
  },
} as const

/** Makes a refusal of this module. */
export const refuse = problemsOf(METERING_PROBLEMS)
