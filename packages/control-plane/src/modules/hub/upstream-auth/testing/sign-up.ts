import { TEST_URL, type TestControlPlane } from '../../../../main/testing.ts'

/** A member of an organization of its own, signed in. */
export type Person = {
  readonly cookie: string
  readonly memberId: string
  readonly organizationId: string
}

const PASSWORD = 'correct horse battery'

/** Founds an organization for a person, who follows the link of an operator. */
export async function signUp(plane: TestControlPlane, name: string): Promise<Person> {
  const email = `${name}@example.com`
  await plane.json(201, 'POST', '/v1/organizations', { body: { name, adminEmail: email } })
  const link = await plane.json(201, 'POST', '/v1/sign-in-links', { body: { email } })
  const token = new URL(String(link['url'])).searchParams.get('token')
  const answer = await plane.send('POST', '/v1/session/link', {
    key: null,
    headers: { origin: TEST_URL },
    body: { token, password: PASSWORD },
  })
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const me = await plane.json(200, 'GET', '/v1/me', { key: null, headers: { cookie } })
  const { id } = me['member'] as { id: string }
  const { id: organizationId } = me['organization'] as { id: string }
  return { cookie, memberId: id, organizationId }
}
