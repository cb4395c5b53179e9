import type { Command } from 'commander'
import { UsageError } from '../exit-code.ts'
import type { Run } from '../session.ts'

/** `orchestra sign-in-link`: a one-time link for a member, the operator's owner unless told otherwise. */
export function addSignInLink(program: Command, run: Run): void {
  program
    .command('sign-in-link [email]')
    .description('a link that signs a member in, once, within 15 minutes (operators)')
    .action((email: string | undefined, _flags: unknown, command: Command) =>
      run(command, 'operator', async ({ orchestra, output }) => {
        const whom = email ?? (await orchestra.users.me()).member?.email
        if (whom === undefined) {
          throw new UsageError('This key belongs to no person: say whose link it shall be.')
        }
        const link = await orchestra.users.createSignInLink(whom)
        output.result(link, () => {
          output.line(link.url)
          output.line(output.style.dim(`for ${link.email}, until ${link.expiresAt}, once`))
        })
      }),
    )
}
