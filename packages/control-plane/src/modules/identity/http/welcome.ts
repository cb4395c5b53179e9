import { readFileSync } from 'node:fs'
import type { ApiApp } from '@mcp-orchestra/api/http-app'
import type { Context } from 'hono'
import type { html } from 'hono/html'
import { z } from 'zod'
import type { SignInAttempts } from '../attempts.ts'
import type { Sessions } from '../ports.ts'
import { formPage, messagePage } from './welcome-page.ts'

/** Nothing runs on the page; its one stylesheet and its form are our own. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const TokenText = z.string().regex(/^[A-Za-z0-9_-]{16,128}$/)
const Form = z.object({
  token: TokenText,
  password: z.string().min(12).max(128),
})

/** What the page says under the password field, and enforces. */
const PASSWORD_RULE = 'Twelve characters or more.'

/** The page behind a one-time link: GET shows a form and uses nothing up, POST signs in. */
export function mountWelcome(
  app: ApiApp,
  deps: {
    readonly sessions: Sessions
    readonly attempts: SignInAttempts
    readonly addressOf: (context: Context) => string
    /** Where a member goes next. */
    readonly referenceUrl: string
  },
): void {
  const css = readFileSync(new URL('./welcome.css', import.meta.url), 'utf8')

  app.get('/welcome.css', (context) => {
    context.header('cache-control', 'public, max-age=3600')
    return context.body(css, 200, { 'content-type': 'text/css; charset=utf-8' })
  })

  app.get('/welcome', (context) => {
    const token = TokenText.safeParse(context.req.query('token'))
    if (!token.success) return page(context, 400, linkGone())
    return page(
      context,
      200,
      formPage({ token: token.data, rule: PASSWORD_RULE, fault: undefined }),
    )
  })

  app.post('/welcome', async (context) => {
    deps.attempts.count({ address: deps.addressOf(context), account: undefined })
    const form = await context.req.parseBody()
    const token = TokenText.safeParse(form['token'])
    if (!token.success) return page(context, 400, linkGone())
    const parsed = Form.safeParse(form)
    if (!parsed.success) {
      const fault = 'Please choose a password of 12 to 128 characters.'
      return page(context, 400, formPage({ token: token.data, rule: PASSWORD_RULE, fault }))
    }
    const cookies = await deps.sessions.redeemLink(
      parsed.data.token,
      parsed.data.password,
      new Headers(),
    )
    if (cookies === undefined) return page(context, 400, linkGone())
    for (const cookie of cookies) context.header('set-cookie', cookie, { append: true })
    return page(
      context,
      200,
      messagePage({
        title: 'You are signed in',
        lines: [
          'Your password is set. From now on you sign in with your e-mail address and this password.',
          'Your API key is in the data directory of the platform, and in the terminal that started it.',
        ],
        link: { href: deps.referenceUrl, text: 'Open the API reference' },
      }),
    )
  })
}

function linkGone() {
  return messagePage({
    title: 'This link no longer works',
    lines: [
      'A sign-in link works once, for fifteen minutes.',
      'Make a new one on the machine of the platform: orchestra sign-in-link',
    ],
    link: undefined,
  })
}

function page(context: Context, status: 200 | 400, body: ReturnType<typeof html>) {
  context.header('content-security-policy', PAGE_POLICY)
  return context.html(body, status)
}
