import type { LoginResult } from '../../kernel/accounts.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import type { Form } from './form.ts'
import {
  type FailedLogin,
  type LoginPlace,
  loginPage,
  MAX_CODE,
  MAX_NAME,
  MAX_PASSWORD,
  recoveryPage,
} from './login-page.ts'
import { PASSKEY_FAILED, passkeyOptions, takeAnswer } from './passkey-challenge.ts'
import type { FederationReturn } from './ports.ts'
import { markFresh, requireToken, type Site, show, type Visit } from './site.ts'

/** A login that succeeded. */
export interface Proven {
  readonly user: SubjectId
  readonly methods: readonly string[]
}

/** A place where people log in, and what follows. */
export interface LoginAt extends LoginPlace {
  /** Where a corporate provider leads back to. */
  readonly provider: (id: string) => FederationReturn
  readonly finish: (visit: Visit, login: Proven) => Promise<void>
}

/** One text for whatever was wrong: it must not tell who has an account. */
const WRONG = 'The name or the password is not right.'
const WRONG_CODE = 'The name or the code is not right, or the code was used before.'

/** Shows the form. */
export async function showLogin(
  site: Site,
  visit: Visit,
  place: LoginAt,
  failed?: FailedLogin,
): Promise<void> {
  const passkey = await passkeyOptions(() => site.parts.accounts.passkeyLogin())
  show(site, visit, loginPage(site, visit, place, passkey, failed))
}

export async function byPassword(
  site: Site,
  visit: Visit,
  place: LoginAt,
  form: Form,
): Promise<void> {
  await requireToken(site, visit, form, place.purpose)
  const name = (form.get('name') ?? '').trim()
  const password = form.get('password') ?? ''
  const missing = missingFields({ name, password }, { name: MAX_NAME, password: MAX_PASSWORD })
  if (missing !== undefined) return showLogin(site, visit, place, { ...missing, name })
  const result = await site.parts.accounts.checkPassword(name, password, visit.from)
  if ('user' in result) return finish(site, visit, place, result)
  return showLogin(site, visit, place, { ...failure(visit, result, 'name', WRONG), name })
}

export async function byRecoveryCode(
  site: Site,
  visit: Visit,
  place: LoginAt,
  form: Form,
): Promise<void> {
  await requireToken(site, visit, form, place.purpose)
  const name = (form.get('name') ?? '').trim()
  const code = (form.get('code') ?? '').trim()
  const again = (failed: FailedLogin): void =>
    show(site, visit, recoveryPage(site, visit, place, { ...failed, name }))
  const missing = missingFields({ name, code }, { name: MAX_NAME, code: MAX_CODE })
  if (missing !== undefined) return again(missing)
  const result = await site.parts.accounts.checkRecoveryCode(name, code, visit.from)
  if ('user' in result) return finish(site, visit, place, result)
  return again(failure(visit, result, 'name', WRONG_CODE))
}

export async function byPasskey(
  site: Site,
  visit: Visit,
  place: LoginAt,
  form: Form,
): Promise<void> {
  await requireToken(site, visit, form, place.purpose)
  const answer = await takeAnswer(site, visit, place.purpose, form)
  if (answer === undefined)
    return showLogin(site, visit, place, { status: 422, mistakes: [{ text: PASSKEY_FAILED }] })
  const { response, challenge } = answer
  const result = await site.parts.accounts.checkPasskey(response, challenge, visit.from)
  if ('user' in result) return finish(site, visit, place, result)
  return showLogin(site, visit, place, failure(visit, result, undefined, PASSKEY_FAILED))
}

/** Sends the browser to a corporate provider. */
export async function byProvider(
  { parts }: Site,
  { request, response }: Visit,
  place: LoginAt,
  id: string,
): Promise<void> {
  if (!parts.federation.providers.some((one) => one.id === id))
    throw new GatewayError('path_unknown', 'there is no such provider')
  await parts.federation.start(request, response, place.provider(id))
}

async function finish(
  site: Site,
  visit: Visit,
  place: LoginAt,
  { user, methods }: Extract<LoginResult, { user: unknown }>,
): Promise<void> {
  markFresh(site, visit, user.id)
  await place.finish(visit, { user: user.id, methods })
}

function failure(
  { response }: Visit,
  result: Exclude<LoginResult, { user: unknown }>,
  fieldId: string | undefined,
  wrong: string,
): FailedLogin {
  const at = fieldId === undefined ? {} : { field: fieldId }
  if (result.refused !== 'throttled') return { status: 422, mistakes: [{ ...at, text: wrong }] }
  const seconds = Math.max(1, Math.ceil(result.retryAfter / 1000))
  response.setHeader('retry-after', String(seconds))
  return { status: 429, mistakes: [{ text: waitWords(seconds) }] }
}

function waitWords(seconds: number): string {
  const wait = seconds === 1 ? '1 second' : `${seconds} seconds`
  return `There were too many attempts. Wait ${wait}, then try again. Nothing is wrong with your account: waiting keeps others from guessing.`
}

const LABELS: Readonly<Record<string, string>> = {
  name: 'your name',
  password: 'your password',
  code: 'a recovery code',
}

function missingFields(
  values: Readonly<Record<string, string>>,
  most: Readonly<Record<string, number>>,
): FailedLogin | undefined {
  const wrong = Object.entries(values).filter(
    ([id, value]) => value === '' || value.length > (most[id] ?? 0),
  )
  if (wrong.length === 0) return undefined
  const mistakes = wrong.map(([id, value]) => ({
    field: id,
    text: value === '' ? `Enter ${LABELS[id]}.` : `That is too long for ${LABELS[id]}.`,
  }))
  return { status: 422, mistakes }
}
