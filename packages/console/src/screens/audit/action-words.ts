import type { I18n, MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

const ACTION_WORDS: ReadonlyMap<string, MessageDescriptor> = new Map([
  ['key.issued', msg`Key issued`],
  ['key.rotated', msg`Key rotated`],
  ['key.revoked', msg`Key revoked`],
  ['key.call_issued', msg`Playground key issued`],
  ['key.call_ended', msg`Playground key ended`],
  ['session.started', msg`Signed in`],
  ['session.started_by_link', msg`Signed in by link, password set`],
  ['session.ended', msg`Signed out`],
  ['session.revoked', msg`Sign-in ended elsewhere`],
  ['member.link_made', msg`Sign-in link made`],
  ['member.password_changed', msg`Password changed`],
  ['organization.founded', msg`Organization founded`],
  ['server.registered', msg`Server registered`],
  ['server.changed', msg`Server changed`],
  ['server.switched_on', msg`Server switched on`],
  ['server.switched_off', msg`Server switched off`],
  ['server.document_refreshed', msg`API document refreshed`],
  ['server.removed', msg`Server removed`],
  ['connection.begun', msg`Connecting begun`],
  ['connection.made', msg`Account connected`],
  ['connection.ended', msg`Account disconnected`],
  ['price.published', msg`Price published`],
  ['balance.topped_up', msg`Balance topped up`],
  ['cap.created', msg`Cap created`],
  ['cap.changed', msg`Cap changed`],
  ['cap.removed', msg`Cap removed`],
  ['gateway.session_refused', msg`Session id refused`],
  ['gateway.request_state_refused', msg`Request state refused`],
  ['gateway.task_refused', msg`Task id refused`],
  ['billing_profile.saved', msg`Name and address for invoices saved`],
  ['invoice.finalized', msg`Invoice written`],
  ['invoice.credited', msg`Invoice taken back`],
  ['quote.made', msg`Amount quoted`],
  ['quote_source.set', msg`Source of rates set`],
  ['quote_source.removed', msg`Source of rates removed`],
  ['asset.registered', msg`Asset registered`],
  ['asset.listed', msg`Asset listed`],
  ['asset.delisted', msg`Asset taken off the list`],
  ['signing_key.made', msg`Signing key made`],
  ['signing_key.revoked', msg`Signing key revoked`],
  ['ledger.archived', msg`Ledger archive read`],
  ['ledger.reconciled', msg`Books reconciled`],
  ['ledger.epoch_raised', msg`Ledger epoch raised`],
  ['gateway_incarnation.declared_lost', msg`Gateway process declared lost`],
])

/** What an action is called; one that is newer than this page is shown as it is. */
export function actionText(i18n: I18n, action: string): string {
  const word = ACTION_WORDS.get(action)
  return word === undefined ? action : i18n._(word)
}

/** The kinds of actions, as the filter offers them. */
export const KIND_WORDS: ReadonlyMap<string, MessageDescriptor> = new Map([
  ['key', msg`API keys`],
  ['session', msg`Sign-ins`],
  ['member', msg`Members`],
  ['organization', msg`Organization`],
  ['server', msg`Servers`],
  ['connection', msg`Accounts`],
  ['price', msg`Prices`],
  ['balance', msg`Balance`],
  ['cap', msg`Caps`],
  ['invoice', msg`Invoices`],
  ['quote', msg`Quotes`],
  ['gateway', msg`Gateway refusals`],
])

/** Those of acts on the platform as a whole. */
export const PLATFORM_KIND_WORDS: ReadonlyMap<string, MessageDescriptor> = new Map([
  ['ledger', msg`Ledger`],
  ['asset', msg`Assets`],
  ['quote_source', msg`Sources of rates`],
  ['signing_key', msg`Signing keys`],
  ['gateway_incarnation', msg`Gateway processes`],
])
