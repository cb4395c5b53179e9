import type { BillingProfile } from '@mcp-orchestra/sdk'

/** Name and address as they are typed. */
export type ProfileDraft = {
  readonly name: string
  readonly line1: string
  readonly line2: string
  readonly city: string
  readonly postcode: string
  readonly country: string
  readonly taxId: string
  readonly legalId: string
  readonly email: string
}

/** An empty form. */
export const NO_PROFILE: ProfileDraft = {
  name: '',
  line1: '',
  line2: '',
  city: '',
  postcode: '',
  country: '',
  taxId: '',
  legalId: '',
  email: '',
}

/** What is wrong with a member. */
export type ProfileFault = 'missing' | 'country' | 'email'
/** What is wrong with each member that is wrong. */
export type ProfileFaults = { readonly [K in keyof ProfileDraft]?: ProfileFault }

/** The longest that each member may be (EN 16931 leaves it open; these are the platform's limits). */
export const PROFILE_CHARS_MAX: Readonly<Record<keyof ProfileDraft, number>> = {
  name: 120,
  line1: 120,
  line2: 120,
  city: 80,
  postcode: 20,
  country: 2,
  taxId: 40,
  legalId: 60,
  email: 254,
}

const REQUIRED = ['name', 'line1', 'city', 'postcode'] as const

/** The form of a profile that was saved. */
export function draftOf({ name, address, taxId, legalId, email }: BillingProfile): ProfileDraft {
  const { line1, line2, city, postcode, country } = address
  return {
    name,
    line1,
    line2: line2 ?? '',
    city,
    postcode,
    country,
    taxId: taxId ?? '',
    legalId: legalId ?? '',
    email,
  }
}

/** The profile of a form, or what is wrong with it; the platform decides in the end. */
export function profileOf(
  draft: ProfileDraft,
): { readonly profile: BillingProfile } | { readonly faults: ProfileFaults } {
  const text = (member: keyof ProfileDraft): string => draft[member].trim()
  const orNull = (member: keyof ProfileDraft): string | null =>
    text(member) === '' ? null : text(member)
  const country = text('country').toUpperCase()
  const faults: ProfileFaults = {
    ...Object.fromEntries(
      REQUIRED.filter((member) => text(member) === '').map((member) => [member, 'missing']),
    ),
    ...(/^[A-Z]{2}$/.test(country) ? {} : { country: 'country' as const }),
    ...(/^\S+@\S+\.\S+$/.test(text('email')) ? {} : { email: 'email' as const }),
  }
  if (Object.keys(faults).length > 0) return { faults }
  return {
    profile: {
      name: text('name'),
      address: {
        line1: text('line1'),
        line2: orNull('line2'),
        city: text('city'),
        postcode: text('postcode'),
        country,
      },
      taxId: orNull('taxId'),
      legalId: orNull('legalId'),
      email: text('email'),
    },
  }
}
