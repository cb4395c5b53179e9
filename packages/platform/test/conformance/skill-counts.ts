/**
 * How many checks of each server scenario of the skills extension (SEP-2640) pass, by the client's revision: the
 * same directly and in front of a server of either era, at both endpoints. No required set names them.
 */
export const SKILL_COUNTS = {
  '2025-11-25': {
    'sep-2640-skills-directory': 7,
    'sep-2640-skills-enumeration': 30,
    'sep-2640-skills-manifest': 6,
  },
  '2026-07-28': {
    'sep-2640-skills-directory': 7,
    // Two more: cache hints are of this revision.
    'sep-2640-skills-enumeration': 32,
    'sep-2640-skills-manifest': 6,
  },
} as const

/** The same of its client scenarios, in both revisions. */
export const SKILL_CLIENT_COUNTS = {
  'sep-2640-client-no-prefetch': 1,
  'sep-2640-client-verify-digest': 1,
  'sep-2640-client-verify-size': 1,
  'sep-2640-client-verify-frontmatter': 1,
} as const
