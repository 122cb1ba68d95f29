import type { Seen } from '../../support/person.ts'
import { jsonOf, send } from './answers.ts'
import type { Browser, KnownClient, Scene } from './scene.ts'

interface ConsentForm {
  readonly address: string
  readonly fields: Record<string, string>
}

/** The consent form of a page, as anybody could send it. */
export function formOf(page: Seen): ConsentForm {
  const form = page.forms.find(({ action }) => action.endsWith('/consent'))
  if (form === undefined) throw new Error(`no consent form:\n${page.text}`)
  return { address: new URL(form.action, page.url).href, fields: { ...form.fields } }
}

/** Sends the consent form with these headers besides the browser's cookies. */
export function answer(
  { issuer }: Scene,
  browser: Browser,
  { address, fields }: ConsentForm,
  headers: Readonly<Record<string, string>> = { origin: issuer },
): Promise<Response> {
  const body = new URLSearchParams({ ...fields, answer: 'allow' })
  const cookie = browser.cookies
  return send(address, { method: 'POST', headers: { cookie, ...headers }, body })
}

/** A program that registers itself. */
export async function registered(
  { issuer }: Scene,
  client_name: string,
  redirect: string,
): Promise<KnownClient> {
  const response = await send(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name, redirect_uris: [redirect] }),
  })
  return { id: String((await jsonOf(response))['client_id']), redirect, headers: {} }
}

/** How many grants there ever were. */
export async function grantsOf({ store }: Scene): Promise<number> {
  return (await store.db.selectFrom('oauth_grant').select('id').execute()).length
}
