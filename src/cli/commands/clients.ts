import type { ClientView } from '../../admin/clients.ts'
import { type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { publicKeyOf } from '../admin/agent-key-file.ts'
import { confirm } from '../admin/confirm.ts'
import { type ListOptions, rows, showPage, staleSince, words } from '../admin/lists.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { show, talk } from '../terminal.ts'

interface Page {
  readonly items: readonly ClientView[]
  readonly next?: string
}

const HEAD = ['ID', 'NAME', 'TRUST', 'STATUS', 'METHOD', 'USED']

function cells({ id, name, trust, status, method, used }: ClientView): readonly string[] {
  return [id, name, trust, status, method, used ?? 'never']
}

/** `bailiwick clients ls`; with `--stale`, those that were not used for long. */
export function clientsList(
  context: Context,
  options: AdminOptions & ListOptions & { readonly trust?: string; readonly stale?: string | true },
): Promise<Exit> {
  const { trust, limit, cursor, stale } = options
  return withAdmin(context, options, async (admin) => {
    const unusedSince =
      stale === undefined ? undefined : staleSince(admin, stale === true ? undefined : stale)
    const page = await admin.ask<Page>('clients.list', { trust, limit, cursor, unusedSince })
    return showPage(context, 'clients', page, HEAD, cells)
  })
}

/** `bailiwick clients show ID`. */
export function clientsShow(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { client } = await ask<{ client: ClientView }>('clients.show', { id })
    await show(context, { client }, () => clientText(client))
    return 'ok'
  })
}

function clientText(client: ClientView): readonly string[] {
  return rows([
    ['client', client.id],
    ['name', client.name],
    ['known as', client.trust],
    ['status', client.status],
    ['method', client.method],
    ['grant types', words(client.grantTypes)],
    ...client.redirects.map((address) => ['redirect', address] as const),
    ['resources', client.resources === undefined ? 'all' : words(client.resources)],
    ['scopes', client.scopes === undefined ? 'all' : words(client.scopes)],
    ['created', client.created],
    ['used', client.used ?? 'never'],
    ['expires', client.expires ?? 'never'],
  ])
}

export interface NewClientOptions extends AdminOptions {
  readonly name?: string
  readonly redirect: readonly string[]
  readonly method?: string
  readonly confidential: boolean
  readonly key: readonly string[]
  readonly resource: readonly string[]
  readonly scope: readonly string[]
  readonly bound: boolean
  readonly mayIntrospect: boolean
  readonly withoutBrowser: boolean
}

/** `bailiwick clients add ID`. The secret of a confidential client is shown once. */
export function clientsAdd(context: Context, id: string, options: NewClientOptions): Promise<Exit> {
  const { name, redirect, key, bound, mayIntrospect, withoutBrowser } = options
  if (withoutBrowser === redirect.length > 0)
    throw new CommandError('give `--redirect ADDRESS`, or say `--without-browser`', {
      exit: 'usage',
    })
  const keys = key.map((file) => publicKeyOf(context, file))
  const input = {
    ...{ id, name, method: methodOf(options), redirects: redirect, bound, mayIntrospect },
    keys: some(keys),
    resources: some(options.resource),
    scopes: some(options.scope),
    grantTypes: withoutBrowser ? withoutBrowserGrants(mayIntrospect) : undefined,
  }
  return withAdmin(context, options, async ({ ask }) => {
    const made = await ask<{ client: ClientView; secret?: string }>('clients.register', input)
    if (made.secret !== undefined) talk(context, 'the secret is shown this once:')
    await show(context, made, () => [made.secret ?? `${made.client.id}: ${made.client.status}`])
    return 'ok'
  })
}

function methodOf({ method, confidential, key }: NewClientOptions): string {
  if (method !== undefined) return method
  if (key.length > 0) return 'private_key_jwt'
  return confidential ? 'client_secret_basic' : 'none'
}

/** For the word of an identity provider about its user; a resource server only asks about tokens. */
function withoutBrowserGrants(mayIntrospect: boolean): readonly string[] {
  return mayIntrospect ? [] : ['urn:ietf:params:oauth:grant-type:jwt-bearer']
}

function some<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values
}

/** `bailiwick clients disable ID` and `clients enable ID`. */
export function clientsSwitch(
  context: Context,
  id: string,
  to: 'enable' | 'disable',
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { client } = await ask<{ client: ClientView }>(`clients.${to}`, { id })
    await show(context, { client }, () => [`${client.id}: ${client.status}`])
    return 'ok'
  })
}

interface YesOptions extends AdminOptions {
  readonly yes: boolean
}

/** `bailiwick clients rm ID`: forgets a client and ends its grants. */
export async function clientsRemove(
  context: Context,
  id: string,
  options: YesOptions,
): Promise<Exit> {
  await confirm(context, `the client \`${id}\` and its grants are removed`, id, options.yes)
  return withAdmin(context, options, async ({ ask }) => {
    await ask('clients.remove', { id })
    await show(context, { removed: id }, () => [`${id}: removed`])
    return 'ok'
  })
}

/** `bailiwick clients renew-secret ID`: the old secret is no good any more. */
export async function clientsRenewSecret(
  context: Context,
  id: string,
  options: YesOptions,
): Promise<Exit> {
  await confirm(context, `the secret of \`${id}\` is replaced`, id, options.yes)
  return withAdmin(context, options, async ({ ask }) => {
    const { secret } = await ask<{ secret: string }>('clients.renewSecret', { id })
    talk(context, 'the secret is shown this once:')
    await show(context, { secret }, () => [secret])
    return 'ok'
  })
}
