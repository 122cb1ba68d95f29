import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import { hiddenLine } from './hidden-line.ts'

export interface ValueOptions {
  readonly stdin: boolean
  readonly fromEnv?: string
}

/** More than the largest secret. */
const MOST = 128 * 1024

/**
 * Reads a secret that somebody gives: typed without being shown, from standard input, or from a variable.
 * It never stands on a command line, which others can see. A last line break is not part of it.
 *
 * @throws {CommandError} `usage` when nothing is given, or nobody is there to ask.
 */
export async function readValue(
  context: Context,
  name: string,
  { stdin, fromEnv }: ValueOptions,
): Promise<string> {
  if (stdin && fromEnv !== undefined)
    throw new CommandError('the value comes from `--stdin` or from `--from-env`, not both', {
      exit: 'usage',
    })
  const value = await given(context, name, { stdin, ...(fromEnv !== undefined && { fromEnv }) })
  if (value !== '') return value
  throw new CommandError('no value was given', {
    exit: 'usage',
    fix:
      fromEnv === undefined
        ? 'type it, or pipe it in with `--stdin`'
        : `set the variable \`${fromEnv}\``,
  })
}

async function given(
  context: Context,
  name: string,
  { stdin, fromEnv }: ValueOptions,
): Promise<string> {
  if (fromEnv !== undefined) return context.env[fromEnv] ?? ''
  if (stdin) return (await all(context)).replace(/\r?\n$/, '')
  if ((context.stdin as { isTTY?: boolean }).isTTY === true)
    return hiddenLine(context, `value of ${name} (not shown): `)
  throw new CommandError('nobody is here to type the value', {
    exit: 'usage',
    fix: 'pipe it in with `--stdin`, or name a variable with `--from-env`',
  })
}

async function all({ stdin }: Context): Promise<string> {
  let text = ''
  for await (const part of stdin.setEncoding('utf8')) {
    text += part
    if (text.length > MOST) throw new CommandError('a secret has at most 64 KiB', { exit: 'usage' })
  }
  return text
}
