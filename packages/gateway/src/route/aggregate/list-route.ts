import { scanObject, stringAt } from '../../protocol/json/scan.ts'
import { memberOf } from '../../protocol/json/span.ts'
import type { EndpointRequest, Route } from '../endpoint.ts'
import type { AggregateCore } from './aggregate-core.ts'
import { declaresUi } from './greeting.ts'
import { digestIn, listOf, pageAt, type MergedList } from './lists/list-page.ts'
import type { ListKind } from './lists/list-kind.ts'
import { LongLists } from './lists/long-lists.ts'
import { mergedResult } from './lists/merged-result.ts'
import { answer, invalid } from './answers.ts'

/** Answers the lists of an aggregate, page by page. */
export function createListRoute({
  gather,
  directory,
  ports: { authorizer, clock, snapshot },
}: AggregateCore): (request: EndpointRequest, kind: ListKind) => Promise<Route> {
  const longLists = new LongLists(clock)

  const collect = async (request: EndpointRequest, kind: ListKind): Promise<MergedList> => {
    const entries = await gather(request, kind)
    directory.learn(request, kind, entries)
    // Tools of an app are for hosts that have apps; to all others they would be tools of the model.
    const isShown = declaresUi(request) ? entries : entries.filter(({ isAppOnly }) => !isAppOnly)
    return listOf(kind, isShown)
  }

  const isGranted = ({ caller }: EndpointRequest, { entries }: MergedList): boolean =>
    entries.every(({ server, name }) => authorizer.mayCall(caller, server, name) === undefined)

  return async (request, kind) => {
    const cursor = cursorIn(request.paramsText)
    if (cursor === null) return invalid('params.cursor is not a string')
    const key = `${request.caller.keyId} ${request.era} ${kind.method} ${declaresUi(request)}`
    const kept = cursor === undefined ? undefined : longLists.get(key, digestIn(cursor))
    const isStillTrue = kept !== undefined && (kind.member !== 'tools' || isGranted(request, kept))
    const list = isStillTrue ? kept : await collect(request, kind)
    const page = pageAt(list, cursor)
    if (page === undefined)
      return invalid('the cursor is not of this list, or the list has changed: begin at its start')
    longLists.keep(key, list)
    return answer(mergedResult(request.era, kind, page, snapshot))
  }
}

/** The cursor that a client sends; null when it is none, undefined when there is none. */
function cursorIn(paramsText: string | undefined): string | null | undefined {
  const member = memberOf(paramsText === undefined ? undefined : scanObject(paramsText), 'cursor')
  if (member === undefined || paramsText === undefined) return undefined
  return stringAt(paramsText, member.value) ?? null
}
