import type { IncomingMessage, ServerResponse } from 'node:http'
import { GatewayError } from '../../kernel/errors.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { type Cookie, type Cookies, cookiesOf } from '../cookies.ts'
import { type Assets, loadAssets } from './assets.ts'
import type { Form } from './form.ts'
import { type Binding, type PageKeys, pageKeys } from './keys.ts'
import { type Page, sendPage } from './page.ts'
import type { PagesParts } from './ports.ts'
import { requireSameOrigin } from './same-origin.ts'

/** What all pages share. */
export interface Site {
  readonly parts: PagesParts
  readonly assets: Assets
  readonly cookies: Cookies
  readonly keys: PageKeys
}

/** One request to a page. */
export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Names the browser, by a cookie that it got from us. */
  readonly browser: string
  /** The address that it comes from, for throttling. */
  readonly from: string
  /** Parts of the path that vary, in order. */
  readonly params: readonly string[]
  readonly query: URLSearchParams
}

/** A login or the like that is fresh enough to change credentials with. */
const FRESH = 10 * 60_000
const FRESH_COOKIE: Cookie = { name: 'fresh', path: '/', sameSite: 'Strict' }

export function openSite(parts: PagesParts): Site {
  return {
    parts,
    assets: loadAssets(),
    cookies: cookiesOf(parts.publicOrigin),
    keys: pageKeys(parts.sealKey, parts.clock),
  }
}

/** Answers a visit with a page. */
export function show(
  { parts, assets }: Site,
  { response }: Pick<Visit, 'response'>,
  page: Page,
): void {
  const { productName, publicOrigin } = parts
  sendPage(response, { assets, productName, publicOrigin }, page)
}

/** A token for a form that this browser sends for this purpose. */
export function tokenFor({ keys }: Site, { browser }: Visit, purpose: Binding): string {
  return keys.token([browser, ...purpose])
}

/**
 * Refuses a form that is not of the page that we made for this browser and purpose.
 *
 * @throws GatewayError `origin_refused`
 */
export async function requireToken(
  { keys, parts }: Site,
  { browser }: Visit,
  form: Form,
  purpose: Binding,
): Promise<void> {
  if (keys.isToken(form.get('token'), [browser, ...purpose])) return
  await parts.witness({
    event: 'session.misused',
    outcome: 'refused',
    detail: { reason: 'form token' },
  })
  throw new GatewayError('origin_refused', 'the form is not of this page or too old')
}

/** Notes that the person at this browser has just proved who they are. */
export function markFresh({ keys, cookies }: Site, visit: Visit, user: SubjectId): void {
  const sealed = keys.seal(user, ['fresh', visit.browser], FRESH)
  cookies.set(visit.response, FRESH_COOKIE, sealed, FRESH)
}

/** Forgets it. */
export function clearFresh({ cookies }: Site, visit: Visit): void {
  cookies.clear(visit.response, FRESH_COOKIE)
}

/** Whether this user proved at this browser who they are, within the last ten minutes. */
export function isFresh({ keys, cookies }: Site, visit: Visit, user: SubjectId): boolean {
  return keys.open(cookies.get(visit.request, FRESH_COOKIE), ['fresh', visit.browser]) === user
}

/**
 * Refuses a link that another site's page followed.
 *
 * @throws GatewayError `origin_refused`
 */
export function requireOwnLink({ parts }: Site, { request }: Visit): void {
  requireSameOrigin(request, parts.publicOrigin)
}
