import { existsSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { ShownConnection } from '../../admin/vault/views.ts'
import type { Config } from '../../config/config.ts'
import { type AdminClient, type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { words } from '../admin/lists.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { load } from '../load.ts'
import { openBrowser } from '../login/open-browser.ts'
import { openConfiguredStore } from '../open-records.ts'
import { findRunning } from '../run-file.ts'
import { credentialOf, credentialText } from '../server-credential.ts'
import { printable, show, table, talk } from '../terminal.ts'
import { readConnections } from './read-connections.ts'

interface OwnerOptions extends AdminOptions {
  readonly user?: string
}
interface ListOptions extends OwnerOptions {
  readonly server?: string
}
export interface ConnectOptions extends OwnerOptions {
  readonly open: boolean
  readonly again: boolean
}

const HEAD = ['SERVER', 'OWNER', 'STATUS', 'ISSUER', 'SCOPES', 'EXPIRES', 'LAST USE', 'BOUND']

/** `bailiwick connections ls`: of the gateway that runs, else of its store. */
export async function connectionsList(context: Context, options: ListOptions): Promise<Exit> {
  const { config } = load(context)
  const query = { server: options.server, owner: userNamed(options.user) }
  if (findRunning(config.dataDir) === undefined)
    return shown(context, wanted(await stored(context, config), query))
  return withAdmin(context, options, async ({ ask }) => shown(context, await listed(ask, query)))
}

interface Query {
  readonly server: string | undefined
  readonly owner: string | undefined
}

async function listed(ask: AdminClient['ask'], query: Query): Promise<readonly ShownConnection[]> {
  const all: ShownConnection[] = []
  let cursor: string | undefined
  do {
    const page = await ask<{ items: readonly ShownConnection[]; next?: string }>(
      'connections.list',
      { ...query, limit: 200, cursor },
    )
    all.push(...page.items)
    cursor = page.next
  } while (cursor !== undefined)
  return all
}

async function stored(context: Context, config: Config): Promise<readonly ShownConnection[]> {
  talk(context, 'no gateway runs: this is what its store says')
  if (config.store.kind === 'sqlite' && !existsSync(config.store.path)) return []
  const store = await openConfiguredStore(config, context)
  try {
    return await readConnections(store)
  } finally {
    await store.close()
  }
}

function wanted(
  all: readonly ShownConnection[],
  { server, owner }: Query,
): readonly ShownConnection[] {
  return all.filter(
    (one) =>
      (server === undefined || one.server === server) &&
      (owner === undefined || one.owner === owner),
  )
}

async function shown(context: Context, all: readonly ShownConnection[]): Promise<Exit> {
  await show(context, { connections: all }, () => table(HEAD, all.map(cells)))
  if (all.length === 0)
    talk(context, 'no connections; `bailiwick connections connect SERVER` makes one')
  return 'ok'
}

function cells(one: ShownConnection): readonly string[] {
  const { server, owner, status, issuer, scopes, expires, used, bound } = one
  return [
    ...[server, owner, status, issuer || '-', words(scopes)],
    ...[expires ?? '-', used ?? '-', bound ? 'yes' : 'no'],
  ]
}

/** `bailiwick connections connect SERVER`: leads a person to where they connect, and waits. */
export async function connectionsConnect(
  context: Context,
  server: string,
  options: ConnectOptions,
): Promise<Exit> {
  return withAdmin(context, options, (admin) => leadAndWait(context, admin, server, options))
}

/** Milliseconds between two looks, and after which it is said that somebody still waits. */
const PAUSE = 1_500
const REMINDER = 30_000

/** As `connectionsConnect`, with a gateway that is open. */
export async function leadAndWait(
  context: Context,
  { ask, config, issuer }: AdminClient,
  server: string,
  options: ConnectOptions,
  pause = PAUSE,
): Promise<Exit> {
  const owner = ownerAt(config, server, options)
  const look = async () => (await listed(ask, { server, owner }))[0]
  const before = await look()
  if (isGood(before) && !options.again) {
    talk(context, 'connected already; `--again` makes a new connection')
    return told(context, before)
  }
  const url = `${issuer()}/console/connections?${new URLSearchParams({ connect: server })}`
  const who = owner === 'shared' ? 'an owner' : printable(owner.slice('user:'.length))
  talk(context, `connect to ${server} at ${url}`)
  talk(context, `signed in as ${who}; the page says where it leads before it does`)
  if (options.open) openBrowser(url, context.env)
  const wasThere = before?.status === 'connected' ? before.created : undefined
  const isNew = (one: ShownConnection | undefined): one is ShownConnection =>
    one?.status === 'connected' && one.created !== wasThere
  let asked = Date.now()
  for (let one = await look(); ; one = await seen(context, look)) {
    if (isNew(one)) return told(context, one)
    if (context.signal.aborted) break
    if (Date.now() - asked >= REMINDER) {
      talk(context, 'waiting; Ctrl-C stops waiting, and the link stays good')
      asked = Date.now()
    }
    await wait(pause, undefined, { signal: context.signal }).catch(() => undefined)
  }
  talk(context, `${server} is not connected`)
  return 'findings'
}

/** A look that the stop breaks off has seen nothing. */
function seen<T>({ signal }: Context, look: () => Promise<T>): Promise<T | undefined> {
  return look().catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
}

function isGood(one: ShownConnection | undefined): one is ShownConnection {
  return one?.status === 'connected' && one.wanted.length === 0
}

async function told(context: Context, one: ShownConnection): Promise<Exit> {
  if (one.wanted.length > 0) talk(context, printable(`not granted: ${words(one.wanted)}`))
  await show(context, { connection: one }, () => [
    printable(`${one.server}: connected for ${one.owner}, ${words(one.scopes)}`),
  ])
  return 'ok'
}

/** `bailiwick connections disconnect SERVER`. */
export function connectionsDisconnect(
  context: Context,
  server: string,
  options: OwnerOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask, config }) => {
    // What the configuration forgot may still be connected.
    const shared = config.servers[server] !== undefined && isShared(config, server)
    const owner = userNamed(options.user) ?? (shared ? 'shared' : administering(options))
    await ask('connections.disconnect', { server, owner })
    await show(context, { server, owner, disconnected: true }, () => [
      printable(`${server}: disconnected for ${owner}`),
    ])
    return 'ok'
  })
}

/** Whose the connection is. @throws {CommandError} `usage` for a server that nobody connects to. */
function ownerAt(config: Config, server: string, options: OwnerOptions): string {
  const settings = Object.hasOwn(config.servers, server) ? config.servers[server] : undefined
  if (settings === undefined)
    throw new CommandError(`there is no server \`${server.slice(0, 100)}\` in the configuration`, {
      exit: 'usage',
      fix: '`bailiwick servers ls` lists them',
    })
  const credential = credentialOf(server, settings)
  if (!credential.connects)
    throw new CommandError(`nobody connects to it: it is shown ${credentialText(credential)}`, {
      exit: 'usage',
      fix: `see \`servers.${server}.authorization\` in the reference of the configuration`,
    })
  if (!isShared(config, server)) return userNamed(options.user) ?? administering(options)
  if (options.user === undefined) return 'shared'
  throw new CommandError('one connection for all: it is nobody’s own', {
    exit: 'usage',
    fix: 'leave `--user` out',
  })
}

function isShared({ servers }: Config, name: string): boolean {
  const server = servers[name]
  return server?.transport !== 'stdio' && server?.authorization?.holder === 'shared'
}

function administering({ as = 'user:owner' }: AdminOptions): string {
  return as
}

function userNamed(id: string | undefined): string | undefined {
  if (id === undefined) return undefined
  return id.startsWith('user:') ? id : `user:${id}`
}
