import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Loaded, parseConfig } from '../../config/config.ts'
import { addServer, removeServer } from '../../config/edit.ts'
import { userConfigFile } from '../../config/places.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { replaceFile } from '../private-file.ts'
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
  const changed = write(context, file.path, text)
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
  write(context, file.path, removeServer(file.text, name))
  await show(context, { file: file.path, removed: name }, () => [
    `removed ${name} from ${file.path}`,
  ])
  return 'ok'
}

/** The file that is in force, or the one that a new configuration goes to. */
function fileToEdit(context: Context): { readonly path: string; readonly text: string } {
  const { options, cwd, env } = context
  const { BAILIWICK_CONFIG } = env
  const named = options.config ?? (BAILIWICK_CONFIG || undefined)
  if (named !== undefined && !existsSync(resolve(cwd, named)))
    return { path: resolve(cwd, named), text: '' }
  const { path } = load(context)
  if (path === undefined) return { path: userConfigFile(context), text: '' }
  return { path, text: readFileSync(path, 'utf8') }
}

function write(context: Context, path: string, text: string): Loaded {
  const changed = parseConfig(text, path, context)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  replaceFile(path, text)
  talk(context, 'a running gateway takes this up when it is started again')
  return changed
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
