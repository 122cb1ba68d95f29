import type { CredentialView, LinkView, UserView } from '../../admin/users.ts'
import { type AdminClient, type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { confirm } from '../admin/confirm.ts'
import { type ListOptions, rows, showPage, showStale, words } from '../admin/lists.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { line, show, talk } from '../terminal.ts'

interface Page {
  readonly items: readonly UserView[]
  readonly next?: string
}

const HEAD = ['ID', 'NAME', 'STATUS', 'GROUPS', 'SEEN']

function cells({ id, name, status, groups, seen }: UserView): readonly string[] {
  return [id, name, status, words(groups), seen ?? 'never']
}

/** `bailiwick users ls`. */
export function usersList(
  context: Context,
  options: AdminOptions & ListOptions & { readonly status?: string; readonly group?: string },
): Promise<Exit> {
  const { status, group, limit, cursor } = options
  return withAdmin(context, options, async ({ ask }) => {
    const page = await ask<Page>('users.list', { status, group, limit, cursor })
    return showPage(context, 'users', page, HEAD, cells)
  })
}

/** `bailiwick users stale`: active users who were not in use for long, the longest first. */
export function usersStale(
  context: Context,
  options: AdminOptions & ListOptions & { readonly for?: string },
): Promise<Exit> {
  return showStale(context, 'users', options, HEAD, cells)
}

interface Shown {
  readonly user: UserView
  readonly credentials: readonly CredentialView[]
  readonly agents: readonly string[]
}

/** `bailiwick users show ID`. */
export function usersShow(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const shown = await ask<Shown>('users.show', { id })
    await show(context, shown, () => userText(shown))
    return 'ok'
  })
}

function userText({ user, credentials, agents }: Shown): readonly string[] {
  const sources = (user.memberships ?? []).map(({ group, source }) => `${group} (${source})`)
  return rows([
    ['user', user.id],
    ['name', user.name],
    ['status', user.status],
    ['groups', words(sources.length === 0 ? user.groups : sources)],
    ['provider', user.provider ?? '-'],
    ['created', user.created],
    ['seen', user.seen ?? 'never'],
    ...credentials
      .filter(({ kind }) => kind !== 'recovery')
      .map(
        ({ id, kind, label, used }) =>
          [kind, `${label === '' ? id : `${label} (${id})`}, used ${used ?? 'never'}`] as const,
      ),
    ['recovery', `${credentials.filter(({ kind }) => kind === 'recovery').length} codes`],
    ['agents', words(agents)],
  ])
}

/** Shows a user that was changed, in one line. */
async function showChanged(
  context: Context,
  { user, ...rest }: { readonly user: UserView },
): Promise<Exit> {
  const said = `${user.id}: ${user.status}; groups: ${words(user.groups)}`
  await show(context, { user, ...rest }, () => [said])
  return 'ok'
}

async function showLink(context: Context, link: LinkView, more: object): Promise<Exit> {
  talk(context, `good once, until ${link.expires}; whoever opens it sets the password:`)
  await show(context, { ...more, link }, () => [link.url])
  return 'ok'
}

/** `bailiwick users add ID`: makes a user and a link by which they set their password. */
export function usersAdd(
  context: Context,
  id: string,
  options: AdminOptions & { readonly name?: string; readonly group: readonly string[] },
): Promise<Exit> {
  const { name, group } = options
  return withAdmin(context, options, async ({ ask }) => {
    const input = { id, name, groups: group }
    const { user, link } = await ask<{ user: UserView; link: LinkView }>('users.create', input)
    return showLink(context, link, { user })
  })
}

/** `bailiwick users reset ID`: a link by which somebody sets a new password. */
export function usersReset(
  context: Context,
  id: string,
  options: AdminOptions & { readonly invite: boolean },
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const purpose = options.invite ? 'invite' : 'reset'
    const { link } = await ask<{ link: LinkView }>('users.link', { id, purpose })
    return showLink(context, link, {})
  })
}

/** `bailiwick users rename ID NAME`. */
export function usersRename(
  context: Context,
  id: string,
  name: string,
  options: AdminOptions,
): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) =>
    showChanged(context, await ask('users.rename', { id, name })),
  )
}

/** `bailiwick users groups ID GROUPS…`: makes the local groups exactly these. */
export function usersGroups(
  context: Context,
  id: string,
  groups: readonly string[],
  options: AdminOptions & { readonly none: boolean },
): Promise<Exit> {
  if ((groups.length === 0) !== options.none)
    throw new CommandError('name the groups, or say `--none`', { exit: 'usage' })
  return withAdmin(context, options, async ({ ask }) =>
    showChanged(context, await ask('users.groups', { id, groups })),
  )
}

/** `bailiwick users disable ID`. */
export function usersDisable(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const done = await ask<{ user: UserView; orphans: readonly string[] }>('users.disable', { id })
    if (done.orphans.length > 0)
      talk(
        context,
        `nobody answers for these agents now: ${done.orphans.join(', ')}; \`bailiwick users offboard\` moves or disables them`,
      )
    return showChanged(context, done)
  })
}

/** `bailiwick users enable ID`. */
export function usersEnable(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) =>
    showChanged(context, await ask('users.enable', { id })),
  )
}

/** `bailiwick users offboard ID`: disables a user; their agents go to somebody else, or with them. */
export function usersOffboard(
  context: Context,
  id: string,
  options: AdminOptions & { readonly moveAgentsTo?: string; readonly disableAgents: boolean },
): Promise<Exit> {
  const { moveAgentsTo, disableAgents } = options
  if ((moveAgentsTo !== undefined) === disableAgents)
    throw new CommandError('say `--move-agents-to USER`, or `--disable-agents`', { exit: 'usage' })
  return withAdmin(context, options, async ({ ask }) => {
    const done = await ask<{ user: UserView; agents: readonly { readonly id: string }[] }>(
      'users.offboard',
      { id, moveAgentsTo },
    )
    const what = disableAgents ? 'disabled' : `now of ${moveAgentsTo}`
    if (done.agents.length > 0)
      talk(context, `agents ${what}: ${done.agents.map((agent) => agent.id).join(', ')}`)
    return showChanged(context, done)
  })
}

/** `bailiwick users sign-out ID`: ends all their sessions and grants. */
export function usersSignOut(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { ended } = await ask<{ ended: number }>('users.signOut', { id })
    await show(context, { ended }, () => [`${id}: signed out; ${ended} grants ended`])
    return 'ok'
  })
}

/** `bailiwick users forget ID CREDENTIAL`: removes what somebody logs in with. */
export async function usersForget(
  context: Context,
  id: string,
  credential: string,
  options: AdminOptions & { readonly yes: boolean },
): Promise<Exit> {
  await confirm(context, `\`${credential}\` of \`${id}\` is removed`, id, options.yes)
  return withAdmin(context, options, async ({ ask }: AdminClient) => {
    await ask('users.removeCredential', { id, credential })
    if (context.options.json) await show(context, { removed: credential }, () => [])
    else await line(context, `${id}: removed`)
    return 'ok'
  })
}
