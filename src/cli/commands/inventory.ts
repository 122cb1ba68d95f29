import { parse, resolve } from 'node:path'
import { HOSTS, hostOf } from '../../inventory/hosts/hosts.ts'
import { readHosts } from '../../inventory/read/read.ts'
import {
  type ConfiguredServer,
  OPERATING_SYSTEMS,
  type ReadConfig,
} from '../../kernel/inventory.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { printable, show, table, talk } from '../terminal.ts'

/** What `bailiwick inventory` takes. */
export interface InventoryOptions {
  readonly host: readonly string[]
  readonly project: readonly string[]
}

const HEAD = ['HOST', 'SCOPE', 'SERVER', 'TRANSPORT', 'STARTS', 'FILE'] as const

/** `bailiwick inventory`: the servers of each host; `findings` when a file has a problem. */
export async function inventory(context: Context, options: InventoryOptions): Promise<Exit> {
  const configs = await readConfigs(context, options)
  const problems = configs.flatMap((config) => config.problems)
  await show(context, { files: configs.map(view) }, () => {
    const rows = configs.flatMap(({ servers }) => servers.map((server) => row(context, server)))
    return rows.length === 0 ? ['no MCP server is configured'] : table(HEAD, rows)
  })
  for (const { file, at, message } of problems) {
    const place = at === undefined || at.length === 0 ? '' : ` at ${at.join(' › ')}`
    talk(context, printable(`${short(context, file)}${place}: ${message}`))
  }
  return problems.length === 0 ? 'ok' : 'findings'
}

/** Reads the files of hosts of the person who asks, and of projects: the current folder by default. */
export function readConfigs(
  { cwd, env, homedir }: Context,
  { host, project }: InventoryOptions,
): Promise<readonly ReadConfig[]> {
  for (const id of host)
    if (hostOf(id) === undefined)
      throw new CommandError(`no program is called \`${id}\``, {
        exit: 'usage',
        fix: `one of: ${HOSTS.map(({ id: known }) => known).join(', ')}`,
      })
  return readHosts({
    os: OPERATING_SYSTEMS.find((os) => os === process.platform) ?? 'linux',
    home: homedir,
    root: parse(homedir).root,
    env,
    projects: (project.length === 0 ? ['.'] : project).map((folder) => resolve(cwd, folder)),
    owner: process.getuid?.(),
    ...(host.length === 0 ? {} : { hosts: host }),
  })
}

/** No value of a variable, header or argument: they may be secrets. */
function view({ host, scope, file, format, servers, problems }: ReadConfig) {
  return {
    host,
    scope,
    file,
    format,
    servers: servers.map((server) => ({
      name: server.name,
      scope: server.scope,
      ...(server.project === undefined ? {} : { project: server.project }),
      enabled: server.enabled,
      transport: server.transport.kind,
      starts: startOf(server),
      at: server.at,
      unknown: server.unknown,
      variables: server.variables,
    })),
    problems: problems.map(({ kind, at, message }) => ({ kind, at: at ?? [], message })),
  }
}

function row(context: Context, server: ConfiguredServer): readonly string[] {
  const { host, scope, name, enabled, transport, file } = server
  const cells = [
    host,
    scope,
    enabled ? name : `${name} (off)`,
    transport.kind,
    startOf(server),
    short(context, file),
  ]
  return cells.map(printable)
}

/** The program, or the address without what may be a secret in it. */
function startOf({ transport }: ConfiguredServer): string {
  if (transport.kind === 'stdio') return transport.command.trim().split(/\s/, 1)[0] ?? ''
  const address = URL.parse(transport.url)
  return address === null || address.origin === 'null' ? '(an address)' : address.origin
}

function short({ homedir }: Context, file: string): string {
  return file.startsWith(`${homedir}/`) ? `~${file.slice(homedir.length)}` : file
}
