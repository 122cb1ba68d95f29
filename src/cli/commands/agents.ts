import type { AgentView } from '../../admin/agents.ts'
import { type AdminClient, type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { generatedKey, publicKeyOf } from '../admin/agent-key-file.ts'
import {
  durationOf,
  type ListOptions,
  momentOf,
  rows,
  showPage,
  staleSince,
  words,
} from '../admin/lists.ts'
import { workloadOf } from '../admin/workload-option.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { show, talk } from '../terminal.ts'

interface Page {
  readonly items: readonly AgentView[]
  readonly next?: string
}

const HEAD = ['ID', 'OWNER', 'STATUS', 'SCOPES', 'KEYS', 'SEEN', 'PURPOSE']

function cells(agent: AgentView): readonly string[] {
  const { id, owner, status, scopes, keys, workloads, seen, purpose } = agent
  const proofs = [...keys.map(({ kid }) => kid), ...workloads.map(({ issuer }) => issuer)]
  return [id, owner, status, words(scopes), String(proofs.length), seen ?? 'never', purpose]
}

/** `bailiwick agents ls`. */
export function agentsList(
  context: Context,
  options: AdminOptions & ListOptions & { readonly status?: string; readonly owner?: string },
): Promise<Exit> {
  const { status, owner, limit, cursor } = options
  return page(context, options, () => ({ status, owner, limit, cursor }))
}

function page(
  context: Context,
  options: AdminOptions,
  query: (admin: AdminClient) => Readonly<Record<string, unknown>>,
): Promise<Exit> {
  return withAdmin(context, options, async (admin) =>
    showPage(context, 'agents', await admin.ask<Page>('agents.list', query(admin)), HEAD, cells),
  )
}

/** `bailiwick agents stale`: active agents not in use for long, with old keys, or without an owner. */
export function agentsStale(
  context: Context,
  options: AdminOptions &
    ListOptions & { readonly for?: string; readonly keysFor?: string; readonly orphans: boolean },
): Promise<Exit> {
  const { limit, cursor, keysFor, orphans } = options
  if ([options.for, keysFor, orphans || undefined].filter((one) => one !== undefined).length > 1)
    throw new CommandError('`--for`, `--keys-for` and `--orphans` each go alone', { exit: 'usage' })
  return page(context, options, (admin) => {
    if (orphans) return { orphans: true, limit, cursor }
    if (keysFor === undefined) return { unusedSince: staleSince(admin, options.for), limit, cursor }
    const before = Date.now() - durationOf('--keys-for', keysFor)
    return { keysBefore: new Date(before).toISOString(), limit, cursor }
  })
}

/** `bailiwick agents show ID`. */
export function agentsShow(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { agent } = await ask<{ agent: AgentView }>('agents.show', { id })
    await show(context, { agent }, () => agentText(agent))
    return 'ok'
  })
}

function agentText(agent: AgentView): readonly string[] {
  return rows([
    ['agent', agent.id],
    ['name', agent.name],
    ['owner', agent.owner],
    ['purpose', agent.purpose],
    ['status', agent.status],
    ['groups', words(agent.groups)],
    ['scopes', words(agent.scopes)],
    ['acts for users', agent.mayActForUsers ? 'yes' : 'no'],
    ...agent.keys.map(({ kid, kty, crv }) => ['key', `${kid} (${crv ?? kty})`] as const),
    ...agent.workloads.map(
      ({ issuer, subject, audience }) =>
        ['workload', `${subject} of ${issuer} for ${audience}`] as const,
    ),
    ['created', agent.created],
    ['seen', agent.seen ?? 'never'],
    ['expires', agent.expires ?? 'never'],
  ])
}

async function showChanged(
  context: Context,
  { agent }: { readonly agent: AgentView },
): Promise<Exit> {
  const kids = agent.keys.map(({ kid }) => String(kid))
  await show(context, { agent }, () => [
    `${agent.id}: ${agent.status}; scopes: ${words(agent.scopes)}; keys: ${words(kids)}`,
  ])
  return 'ok'
}

export interface AgentTermOptions extends AdminOptions {
  readonly name?: string
  readonly owner?: string
  readonly purpose?: string
  readonly scope: readonly string[]
  readonly group: readonly string[]
  readonly workload: readonly string[]
  readonly expires?: string
}

interface NewAgentOptions extends AgentTermOptions {
  readonly key: readonly string[]
  readonly generateKey?: string
  readonly mayActForUsers: boolean
}

/** `bailiwick agents add ID`. */
export async function agentsAdd(
  context: Context,
  id: string,
  options: NewAgentOptions,
): Promise<Exit> {
  const { name, owner, purpose, scope, group, key, generateKey, mayActForUsers } = options
  const input = {
    ...{ id, name, owner, purpose, scopes: scope, groups: group, mayActForUsers },
    workloads: options.workload.map(workloadOf),
    expires: momentOf('--expires', options.expires),
  }
  const given = key.map((file) => publicKeyOf(context, file))
  if (given.length === 0 && generateKey === undefined && input.workloads.length === 0)
    throw new CommandError('an agent proves who it is by a key, or by its platform', {
      exit: 'usage',
      fix: 'give `--generate-key FILE`, `--key FILE`, or `--workload …`',
    })
  return withAdmin(context, options, async ({ ask }) => {
    const made = await withGenerated(context, generateKey, (own) =>
      ask<{ agent: AgentView }>('agents.create', { ...input, keys: [...given, ...own] }),
    )
    return showChanged(context, made)
  })
}

/** Makes a key pair in a file; removes the file again when the gateway does not take the key. */
async function withGenerated<T>(
  context: Context,
  file: string | undefined,
  send: (keys: readonly object[]) => Promise<T>,
): Promise<T> {
  if (file === undefined) return send([])
  const pair = generatedKey(context, file)
  try {
    const answer = await send([pair.public])
    talk(context, `the private key is in ${pair.file}; it was sent to nobody`)
    return answer
  } catch (error) {
    pair.remove()
    throw error
  }
}

/** `bailiwick agents change ID`: what is not given stays. */
export function agentsChange(
  context: Context,
  id: string,
  options: AgentTermOptions & { readonly mayActForUsers?: 'yes' | 'no' },
): Promise<Exit> {
  const { name, owner, purpose, scope, group, workload, expires, mayActForUsers: may } = options
  const input = {
    ...{ name, owner, purpose },
    scopes: some(scope),
    groups: some(group),
    workloads: some(workload)?.map(workloadOf),
    expires: expires === 'never' ? null : momentOf('--expires', expires),
    mayActForUsers: may === undefined ? undefined : may === 'yes',
  }
  if (Object.values(input).every((value) => value === undefined))
    throw new CommandError('nothing is to be changed', { exit: 'usage' })
  return withAdmin(context, options, async ({ ask }) =>
    showChanged(context, await ask('agents.change', { id, ...input })),
  )
}

function some(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values
}

/** `bailiwick agents keys add ID`: one more key; those before stay good. */
export async function agentsAddKey(
  context: Context,
  id: string,
  options: AdminOptions & { readonly key?: string; readonly generateKey?: string },
): Promise<Exit> {
  const { key, generateKey } = options
  if ((key === undefined) === (generateKey === undefined))
    throw new CommandError('give `--key FILE`, or `--generate-key FILE`', { exit: 'usage' })
  const given = key === undefined ? [] : [publicKeyOf(context, key)]
  return withAdmin(context, options, async ({ ask }) => {
    const changed = await withGenerated(context, generateKey, (own) =>
      ask<{ agent: AgentView }>('agents.addKey', { id, key: [...given, ...own][0] }),
    )
    return showChanged(context, changed)
  })
}

/** `bailiwick agents keys rm ID KID`: removes a key, and ends what the agent's tokens opened. */
export function agentsRemoveKey(
  context: Context,
  id: string,
  kid: string,
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) =>
    showChanged(context, await ask('agents.removeKey', { id, kid })),
  )
}

/** `bailiwick agents disable ID` and `agents enable ID`. */
export function agentsSwitch(
  context: Context,
  id: string,
  to: 'enable' | 'disable',
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) =>
    showChanged(context, await ask(`agents.${to}`, { id })),
  )
}
