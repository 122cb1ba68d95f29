import type { Accounts, OneTimeLink } from '../../kernel/accounts.ts'
import { sha256 } from '../../kernel/hash.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import type { Cookie } from '../cookies.ts'
import type { Mistake } from './fields.ts'
import type { Form } from './form.ts'
import { MAX_NAME } from './login-page.ts'
import { newPassword, passwordMistake } from './new-password.ts'
import { sendTo } from './page.ts'
import { isParamsInvalid } from './passkey-challenge.ts'
import { addPasskeyForm } from './passkey-form.ts'
import { codesPage, deadLinkPage, donePage, linkPage } from './setup-page.ts'
import { isFresh, markFresh, requireToken, type Site, show, tokenFor, type Visit } from './site.ts'

type Redeemed = Awaited<ReturnType<Accounts['redeemLink']>>
type Choice = Parameters<Accounts['redeemLink']>[1]

const COOKIE: Cookie = { name: 'link', path: '/', sameSite: 'Lax' }
const BINDING = ['link']
/** Milliseconds between opening a link and using it. */
const LIFETIME = 60 * 60_000
const SECRET = /^[\w.~-]{1,512}$/
/** Milliseconds that the answer to a form is kept for the same form sent again. */
const SAME_ANSWER = 20_000

/** The pages of one-time links. */
export interface SetUp {
  open(visit: Visit): Promise<void>
  redeem(visit: Visit, form: Form): Promise<void>
  done(visit: Visit): Promise<void>
}

interface OpenLink {
  readonly secret: string
  readonly link: OneTimeLink
}

export function setUp(site: Site): SetUp {
  const redeemOnce = shared(site.parts.accounts)
  return {
    async open(visit) {
      const code = visit.query.get('code')
      if (code !== null) return takeCode(site, visit, code)
      await showLink(site, visit, [])
    },
    async redeem(visit, form) {
      const secret = secretOf(site, visit)
      if (secret === undefined) return show(site, visit, deadLinkPage())
      await requireToken(site, visit, form, purposeOf(secret))
      const { choice, mistakes } = choiceOf(form)
      if (choice === undefined) return showLink(site, visit, mistakes, form)
      try {
        const redeemed = await redeemOnce(visit.browser, secret, choice)
        if (redeemed === undefined) return show(site, visit, deadLinkPage())
        await signInNow(site, visit, redeemed.user.id)
        show(site, visit, codesPage(redeemed.recoveryCodes))
      } catch (error) {
        if (!isParamsInvalid(error)) throw error
        await showLink(site, visit, [passwordMistake(error)], form)
      }
    },
    done: (visit) => showDone(site, visit),
  }
}

function secretOf({ keys, cookies }: Site, { request }: Visit): string | undefined {
  return keys.open(cookies.get(request, COOKIE), BINDING)
}

async function linkOf(site: Site, visit: Visit): Promise<OpenLink | undefined> {
  const secret = secretOf(site, visit)
  const link = secret === undefined ? undefined : await site.parts.accounts.openLink(secret)
  return secret === undefined || link === undefined ? undefined : { secret, link }
}

async function showLink(
  site: Site,
  visit: Visit,
  mistakes: readonly Mistake[],
  typed?: Form,
): Promise<void> {
  const found = await linkOf(site, visit)
  if (found === undefined) return show(site, visit, deadLinkPage())
  const token = tokenFor(site, visit, purposeOf(found.secret))
  const { productName } = site.parts
  const name = typed?.get('name')
  show(site, visit, linkPage({ link: found.link, token, productName, mistakes, name }))
}

function choiceOf(form: Form): {
  readonly choice: Choice | undefined
  readonly mistakes: readonly Mistake[]
} {
  const name = (form.get('name') ?? '').trim().slice(0, MAX_NAME)
  const { password, mistakes } = newPassword(form)
  if (password !== undefined && name !== '') return { choice: { name, password }, mistakes: [] }
  const nameless = name === '' ? [{ field: 'name', text: 'Enter your name.' }] : []
  return { choice: undefined, mistakes: [...nameless, ...mistakes] }
}

/** Takes the code out of the address, where histories and screens would keep it. */
function takeCode({ keys, cookies }: Site, { response }: Visit, code: string): void {
  if (SECRET.test(code)) {
    const sealed = keys.seal(code, BINDING, LIFETIME)
    cookies.set(response, COOKIE, sealed, LIFETIME)
  } else cookies.clear(response, COOKIE)
  sendTo(response, '/setup')
}

function purposeOf(secret: string): readonly string[] {
  return ['link', sha256(secret)]
}

async function signInNow(site: Site, visit: Visit, user: SubjectId): Promise<void> {
  const { parts, cookies } = site
  cookies.clear(visit.response, COOKIE)
  const methods = ['pwd']
  try {
    await parts.witness({
      event: 'login.succeeded',
      outcome: 'done',
      subject: `user:${user}`,
      detail: { methods, from: visit.from, by: 'link' },
    })
    await parts.interactions.signIn(visit.request, visit.response, { user, methods })
    markFresh(site, visit, user)
  } catch (error) {
    // The codes can be seen only now; a login can be had later.
    parts.report(error, parts.randomId())
  }
}

async function showDone(site: Site, visit: Visit): Promise<void> {
  const { interactions, accounts, publicOrigin } = site.parts
  const session = await interactions.session(visit.request, visit.response)
  const user = session && (await accounts.user(session.user))
  const own = user !== undefined && user.provider === undefined && isFresh(site, visit, user.id)
  const passkey = own ? await addPasskeyForm(site, visit, user.id) : undefined
  show(site, visit, donePage({ publicOrigin, user, passkey }))
}

/**
 * Redeems links so that the same form, sent twice by two clicks, gets the same answer twice: the codes in
 * a first answer that the browser threw away would be lost.
 */
function shared(
  accounts: Accounts,
): (browser: string, secret: string, choice: Choice) => Promise<Redeemed> {
  const running = new Map<string, Promise<Redeemed>>()
  return (browser, secret, choice) => {
    const key = sha256(JSON.stringify([browser, secret, choice.name, choice.password]))
    const known = running.get(key)
    if (known !== undefined) return known
    const begun = accounts.redeemLink(secret, choice)
    running.set(key, begun)
    begun.then(
      (redeemed) => {
        if (redeemed === undefined) running.delete(key)
        else setTimeout(() => running.delete(key), SAME_ANSWER).unref()
      },
      () => running.delete(key),
    )
    return begun
  }
}
