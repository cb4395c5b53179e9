/** Results of one search, at most: what a model reads at a glance. */
export const RESULTS_MAX = 50
const RESULTS_DEFAULT = 10
/** A query, at most, in characters: a sentence or two. */
const QUERY_CHARS_MAX = 500

/** The tools of the endpoint, always the same three: a catalog of any size costs a model no more than they do. */
export const META_TOOLS = [
  {
    name: 'search_tools',
    title: 'Search tools',
    description:
      'Finds tools by what they do, best first, over all servers that you may use. Say in a few words what you need; an empty query lists tools. Then call describe_tool for the arguments of one, and call_tool to run it.',
    inputSchema: {
      type: 'object',
      properties: {
        query: {
          type: 'string',
          description: 'What the tool shall do.',
          maxLength: QUERY_CHARS_MAX,
        },
        limit: {
          type: 'integer',
          description: 'How many to return.',
          minimum: 1,
          maximum: RESULTS_MAX,
          default: RESULTS_DEFAULT,
        },
      },
      required: ['query'],
    },
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  },
  {
    name: 'describe_tool',
    title: 'Describe a tool',
    description:
      'The whole definition of one tool, as its server wrote it: what it does, the JSON Schema of its arguments, and what a call costs.',
    inputSchema: {
      type: 'object',
      properties: { name: { type: 'string', description: 'A name that search_tools returned.' } },
      required: ['name'],
    },
    annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
  },
  {
    name: 'call_tool',
    title: 'Call a tool',
    description:
      'Runs one tool and returns its result. It costs what the tool itself costs, and does what the tool itself does.',
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'A name that search_tools returned.' },
        arguments: {
          type: 'object',
          description: 'The arguments of the tool, by the schema that describe_tool returned.',
          additionalProperties: true,
        },
      },
      required: ['name'],
    },
  },
] as const

/** What a search was asked for; a sentence says what is wrong with it. */
export type SearchQuestion = { readonly query: string; readonly limit: number } | string

/** Reads the arguments of `search_tools`. */
export function readSearch(given: Readonly<Record<string, unknown>>): SearchQuestion {
  const { query = '', limit = RESULTS_DEFAULT } = given
  if (typeof query !== 'string') return '`query` is a text: what the tool shall do.'
  const isCount = typeof limit === 'number' && Number.isInteger(limit) && limit >= 1
  if (!isCount || limit > RESULTS_MAX) return `\`limit\` is an integer from 1 to ${RESULTS_MAX}.`
  return { query: query.slice(0, QUERY_CHARS_MAX), limit }
}
