import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

/** What the parts of an entry's detail are called; one that is newer than this page is shown as it is. */
export const DETAIL_WORDS: ReadonlyMap<string, MessageDescriptor> = new Map([
  ['name', msg`Name`],
  ['permissions', msg`Permissions`],
  ['successor', msg`Replaced by`],
  ['graceMs', msg`Grace period`],
  ['admin', msg`First admin`],
  ['key', msg`First key`],
  ['alias', msg`Server`],
  ['transport', msg`Transport`],
  ['visibility', msg`Visibility`],
  ['changed', msg`What changed`],
  ['holder', msg`Account of`],
  ['issuer', msg`Authorization server`],
  ['server', msg`Server`],
  ['tool', msg`Tool`],
  ['version', msg`Version`],
  ['amount', msg`Amount`],
  ['startsAt', msg`Starts`],
  ['scope', msg`Applies to`],
  ['window', msg`Window`],
  ['gateway', msg`Gateway`],
  ['endpointId', msg`Endpoint`],
  ['fault', msg`What was wrong`],
  ['count', msg`How often`],
  ['reason', msg`Reason`],
  ['leases', msg`Leases closed`],
])
