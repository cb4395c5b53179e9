import { RPC_INVALID_PARAMS } from '../../../protocol/message.ts'
import type { EndpointRequest, Route } from '../../endpoint.ts'
import type { Directory } from '../addresses/directory.ts'
import type { Member, Memberships } from '../membership.ts'
import { LIST_CHANGES, listsOf, readFilter, type Filter } from './filter.ts'
import type { ListenBook } from './listen-book.ts'
import type { ListWatch } from './list-watch.ts'
import { MergedStream, type Names } from './merged-stream.ts'
import { META_SUBSCRIPTION } from './news.ts'

/** The servers, keys and shared streams that a listen stream is made of. */
export type ListenPorts = {
  readonly memberships: Memberships
  readonly directory: Directory
  readonly book: ListenBook
  readonly watch: ListWatch
}

/**
 * `subscriptions/listen` at an aggregate: the client's share of one upstream listen per member and question,
 * one merged acknowledgement first, and every message tagged with the client's own subscription id. Ends when
 * the client leaves, or when no upstream is left. `lists` are those that may change at this endpoint.
 */
export function listenToAll(
  request: EndpointRequest,
  ports: ListenPorts,
  lists: number = ALL_LISTS.lists,
): Route {
  const asked = readFilter(request.paramsText)
  if (asked === undefined) {
    const message = 'params.notifications is not a filter'
    return { kind: 'error', code: RPC_INVALID_PARAMS, message, status: 200 }
  }
  const filter = { ...asked, lists: asked.lists & lists }
  const tag = request.idText ?? 'null'
  return {
    kind: 'produce',
    async produce(send) {
      await (
        await openStream(request, filter, ports, send)
      ).over
      return `{"resultType":"complete","_meta":{"${META_SUBSCRIPTION}":${tag}}}`
    },
  }
}

/** Apart from the wait for its end, so that nothing of the opening lives as long as the stream. */
async function openStream(
  request: EndpointRequest,
  filter: Filter,
  ports: ListenPorts,
  send: (text: string) => Promise<void>,
): Promise<MergedStream> {
  const { ask, caller, signal } = request
  const stream = new MergedStream(caller, request.idText ?? 'null', filter.lists, send)
  const questions = await questionsOf(request, filter, ports)
  signal.addEventListener('abort', () => stream.leave(), { once: true })
  if (signal.aborted) {
    stream.leave()
    return stream
  }
  stream.start(
    questions.flatMap(({ member, question, names }) => {
      const listen = ports.book.join(member.server, question, stream, ask)
      return listen === undefined ? [] : [{ listen, names }]
    }),
  )
  if (filter.lists !== 0) followConfiguration(stream, { ask, caller, ports })
  return stream
}

/** Lists change with the configuration as well, and a server that is gained is heard like those from the start. */
function followConfiguration(
  stream: MergedStream,
  { ask, caller, ports }: Pick<EndpointRequest, 'ask' | 'caller'> & { readonly ports: ListenPorts },
): void {
  const stop = ports.watch.watch(caller, (gained) => {
    stream.changed()
    for (const server of gained) {
      if (stream.hears(server.id)) continue
      const listen = ports.book.join(server, ALL_LISTS, stream, ask)
      if (listen !== undefined) stream.add(listen)
    }
  })
  // Its failure is for whoever waits for the stream.
  stream.over.then(stop, stop)
}

/** What a server is asked that was not greeted: it leaves out of its acknowledgement what it does not tell. */
const ALL_LISTS: Filter = { lists: LIST_CHANGES.reduce((all, { bit }) => all | bit, 0), uris: [] }

type Question = {
  readonly member: Member
  readonly question: Filter
  readonly names: Names | undefined
}

/** What is asked of each member: of all its lists when the client asked for any, the resources that it owns, and the tasks begun there. */
async function questionsOf(
  request: EndpointRequest,
  { lists, uris }: Filter,
  { memberships, directory }: ListenPorts,
): Promise<Question[]> {
  const { members } = await memberships.of(request)
  const { tasks = [] } = request
  const owners = await Promise.all(
    uris.map(async (uri) => ({ uri, owner: await directory.findResource(request, uri) })),
  )
  return members.flatMap((member) => {
    const questions: Question[] = []
    const all = listsOf(member.greeting.capabilities)
    if ((all & lists) !== 0)
      questions.push({ member, question: { lists: all, uris: [] }, names: undefined })
    const own = owners.flatMap(({ uri, owner }) =>
      owner?.server.id === member.server.id ? [{ uri, name: owner.name }] : [],
    )
    if (own.length > 0) {
      const question = { lists: 0, uris: own.map(({ name }) => name).toSorted() }
      const renamed = own.filter(({ uri, name }) => uri !== name)
      const resources = new Map(renamed.map(({ uri, name }) => [name, uri]))
      questions.push({ member, question, names: resources.size === 0 ? undefined : { resources } })
    }
    const begun = tasks.filter(({ handle }) => handle.serverId === member.server.id)
    if (begun.length > 0) {
      const own = new Map(begun.map((task) => [task.handle.taskId, task]))
      const question = { lists: 0, uris: [], taskIds: [...own.keys()].toSorted() }
      questions.push({ member, question, names: { tasks: own } })
    }
    return questions
  })
}
