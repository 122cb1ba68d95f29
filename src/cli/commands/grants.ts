import type { GrantView } from '../../admin/grants.ts'
import { type AdminOptions, withAdmin } from '../admin/admin-client.ts'
import { type ListOptions, rows, showPage, showStale, words } from '../admin/lists.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { show } from '../terminal.ts'

interface Page {
  readonly items: readonly GrantView[]
  readonly next?: string
}

/** Whose grants. */
interface Whose extends AdminOptions {
  readonly user?: string
  readonly agent?: string
  readonly client?: string
}

const HEAD = ['ID', 'SUBJECT', 'CLIENT', 'RESOURCE', 'SCOPES', 'VIA', 'USED', 'ENDS']

function cells(grant: GrantView): readonly string[] {
  const { id, subject, client, resource, scopes, via, used, expires, revoked, actors } = grant
  const by = actors.length === 0 ? subject : `${actors.join(' for ')} for ${subject}`
  const end = revoked === undefined ? expires : `revoked ${revoked}`
  return [id, by, client, resource, words(scopes), via, used ?? 'never', end]
}

/** `bailiwick grants ls` and `grants stale`: those in force, or all. */
export function grantsList(
  context: Context,
  options: Whose & ListOptions & { readonly all?: boolean },
): Promise<Exit> {
  const { user, agent, client, limit, cursor, all } = options
  return withAdmin(context, options, async ({ ask }) => {
    const query = { user, agent, client, limit, cursor, all: all === true ? true : undefined }
    return showPage(context, 'grants', await ask<Page>('grants.list', query), HEAD, cells)
  })
}

/** `bailiwick grants stale`: those in force that nobody used for long. */
export function grantsStale(
  context: Context,
  options: AdminOptions & ListOptions & { readonly for?: string },
): Promise<Exit> {
  return showStale(context, 'grants', options, HEAD, cells)
}

/** `bailiwick grants show ID`. */
export function grantsShow(context: Context, id: string, options: AdminOptions): Promise<Exit> {
  return withAdmin(context, options, async ({ ask }) => {
    const { grant } = await ask<{ grant: GrantView }>('grants.show', { id })
    await show(context, { grant }, () => grantText(grant))
    return 'ok'
  })
}

function grantText(grant: GrantView): readonly string[] {
  return rows([
    ['grant', grant.id],
    ['subject', grant.subject],
    ['acted', words(grant.actors)],
    ['client', grant.client],
    ['resource', grant.resource],
    ['scopes', words(grant.scopes)],
    ['via', grant.via],
    ['created', grant.created],
    ['used', grant.used ?? 'never'],
    ['expires', grant.expires],
    ['revoked', grant.revoked === undefined ? '-' : `${grant.revoked} (${grant.reason ?? ''})`],
  ])
}

/** `bailiwick grants revoke ID`; or all of a user, an agent or a client. */
export function grantsRevoke(
  context: Context,
  id: string | undefined,
  options: Whose,
): Promise<Exit> {
  const { user, agent, client } = options
  const whole = [
    ['grants.revoke', id],
    ['users.signOut', user],
    ['agents.revoke', agent],
    ['clients.revoke', client],
  ] as const
  const [asked, ...more] = whole.filter(([, name]) => name !== undefined)
  if (asked === undefined || more.length > 0)
    throw new CommandError('name one grant; or one `--user`, `--agent` or `--client`', {
      exit: 'usage',
    })
  return withAdmin(context, options, async ({ ask }) => {
    const answer = await ask<{ ended?: number; grant?: GrantView }>(asked[0], { id: asked[1] })
    const said =
      answer.grant === undefined
        ? `${asked[1]}: ${answer.ended} grants ended`
        : `${asked[1]}: revoked`
    await show(context, answer, () => [said])
    return 'ok'
  })
}
