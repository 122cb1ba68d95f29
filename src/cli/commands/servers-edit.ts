import { parseConfig } from '../../config/config.ts'
import { addServer, removeServer } from '../../config/edit.ts'
import { CommandError } from '../command-error.ts'
import { fileToEdit, writeConfig } from '../config-file.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { startUpText } from '../sandbox/start-up-text.ts'
import { serverView } from '../server-view.ts'
import { show, talk } from '../terminal.ts'

export interface AddOptions {
  readonly transport?: 'stdio' | 'http' | 'sse'
  readonly header: readonly string[]
  readonly env: readonly string[]
  readonly cwd?: string
  readonly revision?: string
  readonly timeout?: string
}

/**
 * `bailiwick servers add`: writes the server into the file that the configuration comes from, or
 * into a new one. Nothing is written when the result would be refused.
 */
export async function serversAdd(
  context: Context,
  name: string,
  target: readonly string[],
  options: AddOptions,
): Promise<Exit> {
  const file = fileToEdit(context)
  const { config } = parseConfig(file.text, file.path, context)
  if (Object.hasOwn(config.servers, name))
    throw new CommandError(`there is a server \`${name}\` already`, {
      exit: 'usage',
      fix: `take another name, or remove it first with \`bailiwick servers rm ${name}\``,
    })
  const added = serverOf(target, options)
  // whoever adds a program reads all of what will be started, before it is written anywhere
  if (added['transport'] === 'stdio')
    for (const said of startUpText(context, target)) talk(context, said)
  const text = addServer(file.text, name, added)
  const changed = writeConfig(context, file.path, text)
  const server = changed.config.servers[name]
  const view = server && serverView(name, server)
  await show(context, { file: file.path, added: view }, () => [`added ${name} to ${file.path}`])
  return 'ok'
}

/** `bailiwick servers rm`: takes the server out of the file that the configuration comes from. */
export async function serversRemove(context: Context, name: string): Promise<Exit> {
  const file = fileToEdit(context)
  const { config } = parseConfig(file.text, file.path, context)
  if (!Object.hasOwn(config.servers, name))
    throw new CommandError(`there is no server \`${name.slice(0, 100)}\` in \`${file.path}\``, {
      exit: 'usage',
      fix: '`bailiwick servers ls` lists them',
    })
  writeConfig(context, file.path, removeServer(file.text, name))
  await show(context, { file: file.path, removed: name }, () => [
    `removed ${name} from ${file.path}`,
  ])
  return 'ok'
}

function serverOf(target: readonly string[], options: AddOptions): Record<string, unknown> {
  const [first = '', ...args] = target
  const isAddress = /^https?:\/\//i.test(first)
  const transport = options.transport ?? (isAddress ? 'http' : 'stdio')
  const { revision, timeout, cwd } = options
  const more = {
    ...(revision === undefined ? {} : { revision }),
    ...(timeout === undefined ? {} : { timeout }),
  }
  const [env, headers] = [pairs('--env', options.env, '='), pairs('--header', options.header, ':')]
  if (transport === 'stdio') {
    refuseOption('--header', headers, 'a local server gets its secrets in `--env`')
    const place = cwd === undefined ? {} : { cwd }
    return { transport, command: first, ...nonEmpty({ args, env }), ...place, ...more }
  }
  refuseOption('--env', env, 'a remote server gets its secrets in `--header`')
  if (args.length > 0 || cwd !== undefined)
    throw new CommandError('a remote server has an address and no arguments', {
      exit: 'usage',
      fix: 'write `bailiwick servers add <name> <url>`',
    })
  return { transport, url: first, ...nonEmpty({ headers }), ...more }
}

function refuseOption(option: string, given: Readonly<Record<string, string>>, fix: string): void {
  if (Object.keys(given).length === 0) return
  throw new CommandError(`\`${option}\` does not fit this transport`, { exit: 'usage', fix })
}

function nonEmpty(parts: Readonly<Record<string, object>>): Record<string, object> {
  return Object.fromEntries(
    Object.entries(parts).filter(([, part]) => Object.keys(part).length > 0),
  )
}

function pairs(
  option: string,
  texts: readonly string[],
  separator: '=' | ':',
): Readonly<Record<string, string>> {
  const entries = texts.map((text) => {
    const at = text.indexOf(separator)
    // The text may be a secret that somebody typed: it is not repeated.
    if (at <= 0)
      throw new CommandError(`\`${option}\` takes \`Name${separator}value\``, { exit: 'usage' })
    return [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const
  })
  return Object.fromEntries(entries)
}
