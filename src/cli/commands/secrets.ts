import { parseDuration } from '../../config/quantity.ts'
import type { CredentialOwner } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { SecretView } from '../../kernel/vault.ts'
import { confirm } from '../admin/confirm.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { type CheckedReference, checkReferences } from '../secrets/check-references.ts'
import { withSecrets } from '../secrets/open-secrets.ts'
import { readValue, type ValueOptions } from '../secrets/read-value.ts'
import { paint, printable, show, table, talk } from '../terminal.ts'
import { timeOf } from '../time-option.ts'

interface OwnerOptions {
  readonly user?: string
}
interface GivenOptions extends OwnerOptions, ValueOptions {
  readonly expires?: string
}
export interface SetOptions extends GivenOptions {
  readonly server: readonly string[]
  readonly purpose?: string
  readonly rotateAfter?: string
}
export interface RotateOptions extends GivenOptions {
  readonly overlap?: string
}
export interface RemoveOptions extends OwnerOptions {
  readonly yes: boolean
}

const DAY = 86_400_000

/** `bailiwick secrets set NAME`. */
export async function secretsSet(
  context: Context,
  name: string,
  options: SetOptions,
): Promise<Exit> {
  const { server: servers, purpose = '', expires, rotateAfter } = options
  if (servers.length === 0)
    throw new CommandError('say which servers may get it: `--server NAME`', { exit: 'usage' })
  const terms = {
    ...{ name, owner: ownerNamed(options), servers, purpose },
    ...(expires !== undefined && { expires: timeOf('--expires', expires) }),
    ...(rotateAfter !== undefined && { rotateAfter: durationOf('--rotate-after', rotateAfter) }),
  }
  const value = await readValue(context, name, options)
  return withSecrets(context, async ({ config, secrets, by }) => {
    for (const server of servers)
      if (config.servers[server] === undefined)
        talk(context, printable(`no server \`${server}\` is in the configuration yet`))
    return stored(context, 'stored', await told(secrets.set({ ...terms, value }, by)))
  })
}

/** `bailiwick secrets rotate NAME`. */
export async function secretsRotate(
  context: Context,
  name: string,
  options: RotateOptions,
): Promise<Exit> {
  const of = { name, owner: ownerNamed(options) }
  const expires = options.expires === undefined ? undefined : timeOf('--expires', options.expires)
  const asked = options.overlap === undefined ? undefined : durationOf('--overlap', options.overlap)
  const value = await readValue(context, name, options)
  return withSecrets(context, async ({ secrets, by }) => {
    const found = (await secrets.list(of.owner)).find((view) => view.name === name)
    const overlap = asked ?? (found?.state === 'exposed' ? 0 : DAY)
    const change = { value, overlap, ...(expires !== undefined && { expires }) }
    return stored(context, 'rotated', await told(secrets.rotate(of, change, by)))
  })
}

/** `bailiwick secrets rm NAME`. */
export async function secretsRemove(
  context: Context,
  name: string,
  options: RemoveOptions,
): Promise<Exit> {
  const of = { name, owner: ownerNamed(options) }
  await confirm(context, `destroys the secret ${printable(name)}`, name, options.yes)
  return withSecrets(context, async ({ secrets, by }) => {
    await told(secrets.remove(of, by))
    await show(context, { removed: of }, () => [printable(`${name}: destroyed`)])
    return 'ok'
  })
}

/** `bailiwick secrets ls`: `findings` when one is not good. */
export function secretsList(context: Context, options: OwnerOptions): Promise<Exit> {
  const head = ['NAME', 'OWNER', 'SERVERS', 'AGE', 'LAST USE', 'DUE', 'STATE']
  const owner = options.user === undefined ? undefined : ownerNamed(options)
  return withSecrets(context, async ({ secrets }) => {
    const list = await secrets.list(owner)
    const now = Date.now()
    await show(context, { secrets: list.map(view) }, () =>
      table(
        head,
        list.map((one) => [
          ...[printable(one.name), printable(one.owner), printable(one.servers.join(', '))],
          ...[days(now - one.changed), one.used === undefined ? '-' : day(one.used)],
          ...[
            one.due === undefined ? '-' : day(Math.min(one.due, one.expires ?? one.due)),
            one.state,
          ],
        ]),
      ),
    )
    return list.every(({ state }) => state === 'good') ? 'ok' : 'findings'
  })
}

/** `bailiwick secrets check`: `findings` when something cannot be had. */
export function secretsCheck(context: Context): Promise<Exit> {
  return withSecrets(context, async ({ config, secrets, resolver }) => {
    const list = await secrets.list()
    const parts = { config, env: context.env, secrets: list, resolver: resolver() }
    const checked = await checkReferences(parts)
    const wrong = checked.filter(({ state }) => state === 'wrong').length
    await show(context, { ok: wrong === 0, references: checked }, () => [
      ...checked.map((one) => checkedText(context, one)),
      `${checked.length - wrong} of ${checked.length} references are good`,
    ])
    return wrong === 0 ? 'ok' : 'findings'
  })
}

function checkedText(context: Context, { path, reference, state, says }: CheckedReference): string {
  const verdict = state === 'wrong' ? paint(context, 'red', state) : paint(context, 'green', state)
  const more = says === '' ? '' : `: ${says}`
  return `${verdict}  ${printable(`${path}  ${reference}${more}`)}`
}

async function stored(context: Context, what: string, one: SecretView): Promise<Exit> {
  await show(context, { secret: view(one) }, () => [
    printable(`${one.name}: ${what}, version ${one.version}, for ${one.servers.join(', ')}`),
  ])
  const provider = one.owner === 'shared' ? 'vault' : 'user'
  talk(context, printable(`refer to it as \`secret://${provider}/${one.name}\``))
  return 'ok'
}

/** Times as people and programs read them. */
function view({ created, changed, used, expires, due, exposures, ...rest }: SecretView) {
  const time = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString())
  return {
    ...rest,
    ...{ created: time(created), changed: time(changed), used: time(used) },
    ...{ expires: time(expires), due: time(due) },
    exposures: exposures.map(({ at, ...where }) => ({ at: time(at), ...where })),
  }
}

function ownerNamed({ user }: OwnerOptions): CredentialOwner {
  if (user === undefined) return 'shared'
  if (/^[^\s\0]{1,256}$/.test(user)) return `user:${user}`
  throw new CommandError('`--user` takes the id of a user', { exit: 'usage' })
}

function durationOf(option: string, text: string): number {
  const duration = parseDuration(text)
  if (duration !== undefined) return duration
  throw new CommandError(`\`${option}\` takes a duration such as \`90d\``, { exit: 'usage' })
}

/** What the vault refuses is said as of a command line. */
async function told<T>(act: Promise<T>): Promise<T> {
  try {
    return await act
  } catch (error) {
    if (error instanceof GatewayError && FIXES[error.code] !== undefined) throw refusal(error)
    throw error
  }
}

const FIXES: Readonly<Partial<Record<GatewayError['code'], string>>> = {
  item_exists: 'give it a new value with `bailiwick secrets rotate`',
  item_unknown: 'look for its name, and whose it is, with `bailiwick secrets ls`',
  params_invalid: 'correct the command line',
  version_conflict: 'look at it with `bailiwick secrets ls`, and try again',
}

function refusal(error: GatewayError): CommandError {
  const fix = FIXES[error.code]
  const options = { exit: 'usage', cause: error, ...(fix !== undefined && { fix }) } as const
  return new CommandError(error.message, options)
}

function days(ms: number): string {
  return `${Math.max(0, Math.floor(ms / DAY))}d`
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
