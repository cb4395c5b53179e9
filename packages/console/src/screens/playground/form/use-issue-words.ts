import { plural } from '@lingui/core/macro'
import { useLingui } from '@lingui/react/macro'
import type { Issue } from '../../../schema/index.ts'

/** Turns a fault of the arguments into one sentence in the reader's language. */
export function useIssueWords(): (issue: Issue) => string {
  const { t } = useLingui()
  return ({ code, wanted = '' }) => {
    const count = Number(wanted)
    switch (code) {
      case 'required':
        return t`This is required.`
      case 'wrong_type':
        return t`This has to be of type ${wanted}.`
      case 'not_a_number':
        return t`This is not a number in JSON’s way of writing it, such as 12, -0.5 or 1e3.`
      case 'not_allowed':
        return t`Only these are allowed: ${wanted}.`
      case 'required_one_of':
        return t`One of these is required: ${wanted}.`
      case 'no_variant':
        return t`This fits none of the variants.`
      case 'many_variants':
        return t`This fits ${wanted} variants, and has to fit exactly one.`
      case 'forbidden':
        return t`The tool does not allow this value.`
      case 'too_short':
        return plural(count, { one: '# character at least.', other: '# characters at least.' })
      case 'too_long':
        return plural(count, { one: '# character at most.', other: '# characters at most.' })
      case 'pattern':
        return t`This has to match the pattern ${wanted}.`
      case 'format':
        return t`This has to have the format ${wanted}.`
      case 'too_small':
      case 'too_large':
        return t`This has to be ${wanted}.`
      case 'not_multiple':
        return t`This has to be a multiple of ${wanted}.`
      case 'too_few_items':
        return plural(count, { one: '# item at least.', other: '# items at least.' })
      case 'too_many_items':
        return plural(count, { one: '# item at most.', other: '# items at most.' })
      case 'not_unique':
        return t`No item may occur twice.`
      case 'too_few_members':
        return plural(count, { one: '# entry at least.', other: '# entries at least.' })
      case 'too_many_members':
        return plural(count, { one: '# entry at most.', other: '# entries at most.' })
      case 'unknown_name':
        return t`The tool does not know this name.`
      case 'bad_name':
        return t`This name is not allowed here.`
    }
  }
}
