import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import type { DraftFault } from './draft-faults.ts'

/** What to do about each fault, in one sentence. */
export const FAULT_SENTENCE: Readonly<Record<DraftFault, MessageDescriptor>> = {
  required: msg`Fill this in.`,
  alias_form: msg`Use lower-case letters, digits and hyphens; begin and end with a letter or a digit.`,
  too_long: msg`This is longer than the platform takes; shorten it.`,
  url_form: msg`Write the whole address, with https:// in front.`,
  url_scheme: msg`Only http and https addresses can be called.`,
  url_credentials: msg`Put credentials into a header below: an address is shown and logged.`,
  url_fragment: msg`Remove the part after “#”.`,
  header_name: msg`A header name has letters, digits and hyphens, and no spaces.`,
  header_relay: msg`The gateway sets this header itself; remove it.`,
  header_value: msg`A header value is one line of plain ASCII.`,
  variable_name: msg`A variable name has letters, digits and underscores, and does not begin with a digit.`,
  duplicate: msg`This name is there already.`,
  number_range: msg`Write a whole number within the bounds.`,
  secret_needed: msg`Type the value again: it is kept only while the server stays where it is.`,
  nul: msg`Remove the character U+0000: it cannot be passed to a process.`,
}
