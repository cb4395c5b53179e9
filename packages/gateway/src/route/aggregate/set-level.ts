import { Problem } from '@mcp-orchestra/kernel'
import type { EndpointRequest, Route } from '../endpoint.ts'
import { answer, errorOf } from './answers.ts'
import { capabilityOf } from './greeting.ts'
import type { Memberships } from './membership.ts'

/** `logging/setLevel` for all: every member that logs is told; one that fails keeps its level, and the session goes on. */
export async function setLevelOfAll(
  request: EndpointRequest,
  memberships: Memberships,
): Promise<Route> {
  const { members } = await memberships.of(request)
  const logging = members.filter(
    ({ greeting }) => capabilityOf(greeting.capabilities, 'logging') !== undefined,
  )
  const { method, paramsText, signal } = request
  const options = { signal, ...(paramsText === undefined ? {} : { paramsText }) }
  const answers = await Promise.all(
    logging.map(({ server }) => request.ask(server, method, options).catch(onlyProblems)),
  )
  const refused = answers.find((one) => one?.kind === 'error')
  const isRefused = answers.every((one) => one?.kind === 'error')
  return isRefused && refused !== undefined ? errorOf(refused.text) : answer('{}')
}

function onlyProblems(failure: unknown): undefined {
  if (!(failure instanceof Problem)) throw failure
  return undefined
}
