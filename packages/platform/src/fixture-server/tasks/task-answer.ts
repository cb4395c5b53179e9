import { z } from 'zod'

const Created = z.looseObject({
  result: z.looseObject({ resultType: z.literal('task'), content: z.tuple([]) }),
})

/** Takes the empty `content` out of a created task: the SDK, which knows no tasks, puts it in. */
export async function tidyTaskAnswer(response: Response): Promise<Response> {
  if (response.headers.get('content-type')?.startsWith('application/json') !== true) return response
  const text = await response.text()
  const created = Created.safeParse(JSON.parse(text === '' ? 'null' : text)).data
  if (created === undefined) return new Response(text, response)
  const { content: _, ...result } = created.result
  return Response.json({ ...created, result }, { status: response.status })
}
