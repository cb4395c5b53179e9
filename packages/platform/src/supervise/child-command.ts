import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A command without a shell. */
export type Command = { readonly file: string; readonly args: readonly string[] }

/**
 * Makes the kernel end a child when its parent is gone, even by kill -9, where the machine can
 * (Linux, util-linux). Elsewhere the child itself notices that its standard input has ended.
 */
export function boundToParent(command: Command, searchPath: string): Command {
  const setpriv = process.platform === 'linux' ? find('setpriv', searchPath) : undefined
  if (setpriv === undefined) return command
  return { file: setpriv, args: ['--pdeathsig', 'TERM', command.file, ...command.args] }
}

function find(program: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // not there, or not ours to run
  }
}

/** What a child may see of our environment: no secret of the person's shell, no setting of ours. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS']

/** The environment of a child: a few of our variables and those that it is given. */
export function childEnvironment(
  ours: Readonly<Record<string, string | undefined>>,
  given: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const passed = PASSED_ON.map((name) => [name, ours[name]] as const)
  return Object.fromEntries(
    [...passed, ...Object.entries(given)].filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}
