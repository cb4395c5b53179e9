import { isNode, membersOf, type Node } from './document.ts'

/** How an operation pages, as far as its names tell: a hint for callers; nobody pages for them. */
export type Pagination = {
  readonly style: 'cursor' | 'offset' | 'page' | 'link'
  /** The argument that asks for another page; absent when only a `Link` header tells. */
  readonly argument?: string
  readonly sizeArgument?: string
  /** The member of the result that has the next cursor. */
  readonly nextField?: string
}

const CURSORS =
  /^(page_?|next_?|continuation_?|pagination_?)?(cursor|token|marker)$|^(starting_?)?after$|^start_?key$/i
const OFFSETS = /^(offset|skip|start(_?index|_?at)?|from)$/i
const PAGES = /^(page|page_?(number|num|no|index)|p)$/i
const SIZES = /^(limit|per_?page|page_?size|size|count|first|top|max_?(results|items|keys)|take)$/i
const NEXT =
  /^(next|next_?(cursor|token|page|page_?token|link|url|marker)|(end|after)_?cursor|continuation_?token|cursor)$/i

/** Detects how an operation pages from the names of its arguments, its answer's members and headers. */
export function paginationOf(
  queryArguments: readonly { readonly name: string; readonly argument: string }[],
  answer: { readonly schema: unknown; readonly headers: readonly string[] },
): Pagination | undefined {
  const find = (form: RegExp) => queryArguments.find(({ name }) => form.test(name))?.argument
  const size = find(SIZES)
  const more = size === undefined ? {} : { sizeArgument: size }
  const cursor = find(CURSORS)
  if (cursor !== undefined) {
    const nextField = nextFieldOf(answer.schema)
    return {
      style: 'cursor',
      argument: cursor,
      ...more,
      ...(nextField === undefined ? {} : { nextField }),
    }
  }
  const offset = find(OFFSETS)
  // "start" and "from" are dates as often: a size beside them tells.
  if (offset !== undefined && size !== undefined)
    return { style: 'offset', argument: offset, ...more }
  const page = find(PAGES)
  if (page !== undefined) return { style: 'page', argument: page, ...more }
  return answer.headers.some((name) => name.toLowerCase() === 'link')
    ? { style: 'link', ...more }
    : undefined
}

/** The hint as a sentence for models. */
export function paginationText({ style, argument, sizeArgument, nextField }: Pagination): string {
  const size = sizeArgument === undefined ? '' : ` "${sizeArgument}" sets the size of a page.`
  switch (style) {
    case 'cursor': {
      const from =
        nextField === undefined ? 'the cursor in the result' : `"${nextField}" of the result`
      return `Results come in pages: for the next one, call again with "${argument}" set to ${from}.${size}`
    }
    case 'offset':
      return `Results come in pages: for the next one, call again with "${argument}" raised by the number of results.${size}`
    case 'page':
      return `Results come in pages: for the next one, call again with the next "${argument}".${size}`
    case 'link':
      return `Results come in pages: the result says how to call for the next one.${size}`
  }
}

function nextFieldOf(schema: unknown): string | undefined {
  if (!isNode(schema)) return undefined
  const direct = nameIn(schema)
  if (direct !== undefined) return direct
  for (const [name, property] of membersOf(schema['properties'])) {
    const inner = isNode(property) ? nameIn(property) : undefined
    if (inner !== undefined) return `${name}.${inner}`
  }
  return undefined
}

function nameIn(schema: Node): string | undefined {
  return membersOf(schema['properties']).find(([name]) => NEXT.test(name))?.[0]
}
