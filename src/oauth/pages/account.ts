import type { User } from '../../kernel/accounts.ts'
import { type AccountView, accountPage, type Done } from './account-page.ts'
import { type Mistake, sentenceOf } from './fields.ts'
import type { Form } from './form.ts'
import type { LoginAt } from './login.ts'
import { newPassword, passwordMistake } from './new-password.ts'
import { sendTo } from './page.ts'
import { isParamsInvalid, PASSKEY_FAILED, takeAnswer } from './passkey-challenge.ts'
import { accountPurpose, addPasskeyForm, MAX_LABEL } from './passkey-form.ts'
import { clearFresh, isFresh, requireToken, type Site, show, tokenFor, type Visit } from './site.ts'

const PAGE = '/oauth/account'
const LOGIN = '/oauth/account/login'
/** Below it people may be led to after a login, by the address of the login page. */
const CONSOLE = '/console/'
const LONGEST_RETURN = 2_048

/** The person signed in with this browser; undefined for nobody, and for one who is disabled. */
async function personOf({ parts }: Site, { request, response }: Visit): Promise<User | undefined> {
  const session = await parts.interactions.session(request, response)
  const user = session && (await parts.accounts.user(session.user))
  return user?.status === 'active' ? user : undefined
}

/**
 * Where to go after a login, if the address of the page names a page of the console: anybody can make
 * somebody follow an address, so nothing else is taken.
 */
function returnTo({ parts: { publicOrigin } }: Site, { query }: Visit): string | undefined {
  const wanted = query.getAll('return_to')
  const [path = ''] = wanted
  if (wanted.length !== 1 || path.length > LONGEST_RETURN || !path.startsWith(CONSOLE))
    return undefined
  if (!URL.canParse(path, publicOrigin)) return undefined
  const { origin, pathname, search, hash } = new URL(path, publicOrigin)
  const ours = origin === publicOrigin && pathname.startsWith(CONSOLE)
  return ours ? pathname + search + hash : undefined
}

/** Where a login outside any interaction happens. */
export async function accountLogin(site: Site, visit: Visit): Promise<LoginAt> {
  const person = await personOf(site, visit)
  const wanted = returnTo(site, visit)
  const target = wanted ?? PAGE
  return {
    path: LOGIN,
    query: wanted === undefined ? '' : `?${new URLSearchParams({ return_to: wanted })}`,
    purpose: ['login', 'account'],
    title: person === undefined ? 'Sign in' : 'Confirm that it is you',
    lead: leadOf(person, wanted),
    formTargets: [],
    hint: person?.provider === undefined ? person?.id : undefined,
    provider: (provider) => ({ provider, returnTo: target }),
    finish: async ({ request, response }, login) => {
      await site.parts.interactions.signIn(request, response, login)
      sendTo(response, target)
    },
  }
}

function leadOf(person: User | undefined, wanted: string | undefined): string {
  if (wanted !== undefined) return 'to open the console.'
  return person === undefined
    ? 'to see your account and the programs that have access.'
    : 'before you change how you sign in.'
}

export async function showAccount(site: Site, visit: Visit): Promise<void> {
  const user = await personOf(site, visit)
  if (user === undefined) return sendTo(visit.response, LOGIN)
  await showFor(site, visit, user, [])
}

async function showFor(
  site: Site,
  visit: Visit,
  user: User,
  mistakes: readonly Mistake[],
): Promise<void> {
  const { grants, credentials } = site.parts
  const own = user.provider === undefined
  const fresh = own && isFresh(site, visit, user.id)
  const view: AccountView = {
    user,
    token: tokenFor(site, visit, accountPurpose(user.id)),
    grants: await grants.list(user.id),
    passkeys: own ? await credentials.passkeys(user.id) : [],
    passkeyForm: fresh ? await addPasskeyForm(site, visit, user.id, mistakes) : undefined,
    fresh,
    done: visit.query.get('done') ?? undefined,
    mistakes,
  }
  show(site, visit, accountPage(view))
}

/** One thing that a person does at their account; returns what to say, or what is wrong. */
type Action = (
  site: Site,
  visit: Visit,
  user: User,
  form: Form,
) => Promise<Done | readonly Mistake[]>

/** Does something for whoever is signed in, if the form is of their page. */
async function act(site: Site, visit: Visit, form: Form, action: Action): Promise<void> {
  const user = await personOf(site, visit)
  if (user === undefined) return sendTo(visit.response, LOGIN)
  await requireToken(site, visit, form, accountPurpose(user.id))
  const result = await action(site, visit, user, form)
  if (typeof result === 'string') return sendTo(visit.response, `${PAGE}?done=${result}`)
  await showFor(site, visit, user, result)
}

/** Like `act`, for credentials: only after a fresh login, and only those of the built-in store. */
async function actFresh(site: Site, visit: Visit, form: Form, action: Action): Promise<void> {
  const user = await personOf(site, visit)
  const fresh = user !== undefined && user.provider === undefined && isFresh(site, visit, user.id)
  if (!fresh) return sendTo(visit.response, LOGIN)
  await act(site, visit, form, action)
}

export async function logout(site: Site, visit: Visit, form: Form): Promise<void> {
  const user = await personOf(site, visit)
  if (user !== undefined) {
    await requireToken(site, visit, form, accountPurpose(user.id))
    await site.parts.interactions.logout(visit.request, visit.response)
    clearFresh(site, visit)
  }
  sendTo(visit.response, LOGIN)
}

export function revokeGrant(site: Site, visit: Visit, form: Form): Promise<void> {
  return act(site, visit, form, async ({ parts }, _visit, user, fields) =>
    (await parts.grants.revoke(user.id, fields.get('grant') ?? '')) ? 'revoked' : 'gone',
  )
}

/** Changes how a person logs in, which ends everything they have open: this browser is let in again. */
async function keepingSession<T>(
  { parts: { interactions } }: Site,
  { request, response }: Visit,
  change: () => Promise<T>,
): Promise<T> {
  const session = await interactions.session(request, response)
  const changed = await change()
  if (session === undefined) return changed
  const { user, methods } = session
  await interactions.signIn(request, response, { user, methods })
  return changed
}

export function removePasskey(site: Site, visit: Visit, form: Form): Promise<void> {
  return actFresh(site, visit, form, async ({ parts }, _visit, user, fields) => {
    const removed = await keepingSession(site, visit, () =>
      parts.credentials.removePasskey(user.id, fields.get('passkey') ?? ''),
    )
    return removed ? 'passkey-removed' : 'gone'
  })
}

export function addPasskey(site: Site, visit: Visit, form: Form): Promise<void> {
  return actFresh(site, visit, form, async (_site, _visit, user, fields) => {
    const label = (fields.get('label') ?? '').trim().slice(0, MAX_LABEL)
    if (label === '') return [{ field: 'label', text: 'Enter a name for the passkey.' }]
    const answer = await takeAnswer(site, visit, accountPurpose(user.id), fields)
    if (answer === undefined) return [{ text: PASSKEY_FAILED }]
    try {
      await site.parts.accounts.addPasskey(user.id, answer.response, answer.challenge, label)
      return 'passkey'
    } catch (error) {
      if (isParamsInvalid(error)) return [{ text: sentenceOf(error) }]
      throw error
    }
  })
}

export function changePassword(site: Site, visit: Visit, form: Form): Promise<void> {
  return actFresh(site, visit, form, async ({ parts }, _visit, user, fields) => {
    const { password, mistakes } = newPassword(fields)
    if (password === undefined) return mistakes
    try {
      await keepingSession(site, visit, () => parts.credentials.setPassword(user.id, password))
      return 'password'
    } catch (error) {
      if (isParamsInvalid(error)) return [passwordMistake(error)]
      throw error
    }
  })
}
