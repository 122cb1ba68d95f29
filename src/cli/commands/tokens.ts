import { durationOf } from '../admin/lists.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { ADMIN_PATH } from '../identity/resources.ts'
import { load } from '../load.ts'
import { issueToken } from '../operator/issue-token.ts'
import { subjectNamed } from '../subject-option.ts'
import { show, talk } from '../terminal.ts'

const SHORTEST = 60_000
const LONGEST = 60 * 60_000

export interface TokenOptions {
  readonly subject: string
  readonly server?: string
  readonly admin: boolean
  readonly scope: readonly string[]
  readonly for: string
}

/** `bailiwick tokens issue`: prints an access token, and nothing else, to standard output. */
export async function tokensIssue(context: Context, options: TokenOptions): Promise<Exit> {
  const { subject, server, admin } = options
  subjectNamed(subject)
  if (admin && server !== undefined)
    throw new CommandError('a token is for a server, or for the administration', { exit: 'usage' })
  const lifetime = durationOf('--for', options.for)
  if (lifetime < SHORTEST || lifetime > LONGEST)
    throw new CommandError('`--for` takes a duration from `1m` to `1h`', { exit: 'usage' })
  const scopes = options.scope.length === 0 ? ['read'] : options.scope
  const { config } = load(context)
  const request = { subject, scopes, lifetime, path: pathOf(server, admin) }
  const { token, grant, expires, resource } = await issueToken(config.dataDir, request)
  const until = new Date(expires).toISOString()
  talk(context, `a token of ${subject} for ${resource}, good until ${until}: ${scopes.join(' ')}`)
  talk(context, `whoever has it can use it; \`bailiwick grants revoke ${grant}\` ends it`)
  await show(context, { token, subject, resource, scopes, grant, expires: until }, () => [token])
  return 'ok'
}

function pathOf(server: string | undefined, admin: boolean): string {
  if (admin) return ADMIN_PATH
  return server === undefined ? '/mcp' : `/mcp/${encodeURIComponent(server)}`
}
