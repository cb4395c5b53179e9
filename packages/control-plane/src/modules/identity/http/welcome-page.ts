import { html } from 'hono/html'

type Markup = ReturnType<typeof html>

/** The form that asks for a password; every inserted text is escaped by the template. */
export function formPage(options: {
  readonly token: string
  readonly rule: string
  readonly fault: string | undefined
}): Markup {
  return layout(
    'Welcome to MCP-Orchestra',
    html`<p>Choose a password. It signs you in from now on; this link works only once.</p>
      <form method="post" action="/welcome">
        <input type="hidden" name="token" value="${options.token}" />
        <label for="password">Password</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="new-password"
          minlength="12"
          maxlength="128"
          required
          autofocus
          aria-describedby="rule"
        />
        <p id="rule" class="${options.fault === undefined ? 'rule' : 'rule fault'}" role="status">
          ${options.fault ?? options.rule}
        </p>
        <button type="submit">Set password and sign in</button>
      </form>`,
  )
}

/** A page that only tells something. */
export function messagePage(options: {
  readonly title: string
  readonly lines: readonly string[]
  readonly link: { readonly href: string; readonly text: string } | undefined
}): Markup {
  const { title, lines, link } = options
  return layout(
    title,
    html`${lines.map((line) => html`<p>${line}</p>`)}
    ${link === undefined ? '' : html`<p><a class="button" href="${link.href}">${link.text}</a></p>`}`,
  )
}

function layout(title: string, content: Markup): Markup {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · MCP-Orchestra</title>
        <link rel="stylesheet" href="/welcome.css" />
      </head>
      <body>
        <main>
          <p class="brand">MCP-Orchestra</p>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`
}
