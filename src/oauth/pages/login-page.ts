import type { JsonObject } from '../../kernel/json.ts'
import { field, type Mistake, summary, tokenField } from './fields.ts'
import { type Content, type Html, html } from './html.ts'
import type { Binding } from './keys.ts'
import type { Page } from './page.ts'
import { challengeFields } from './passkey-challenge.ts'
import { type Site, tokenFor, type Visit } from './site.ts'

/** A place where people log in: an interaction, or the account page. */
export interface LoginPlace {
  /** Where the forms go. Below it: `/passkey`, `/recovery`, `/provider/{id}`. */
  readonly path: string
  /** What stands after each of these paths: empty, or a query that names what follows. */
  readonly query: string
  /** What tokens and challenges are bound to. */
  readonly purpose: Binding
  readonly title: string
  /** Why the person is asked. */
  readonly lead: Content
  readonly formTargets: readonly string[]
  /** The name to begin with. */
  readonly hint: string | undefined
}

export const MAX_NAME = 256
export const MAX_PASSWORD = 1_024
export const MAX_CODE = 64

/** How a login attempt failed, for people. */
export interface FailedLogin {
  readonly status: number
  readonly mistakes: readonly Mistake[]
  /** What was typed as the name. */
  readonly name?: string | undefined
}

/** @param passkey request options for a discoverable passkey; undefined where there are none. */
export function loginPage(
  site: Site,
  visit: Visit,
  place: LoginPlace,
  passkey: JsonObject | undefined,
  failed?: FailedLogin,
): Page {
  const mistakes = failed?.mistakes ?? []
  const token = tokenField(tokenFor(site, visit, place.purpose))
  return {
    title: place.title,
    status: failed?.status ?? 200,
    mistaken: mistakes.length > 0,
    formTargets: place.formTargets,
    passkeys: passkey !== undefined,
    main: html`${summary(mistakes)}
<h1>${place.title}</h1>
<p class="lead">${place.lead}</p>
<form method="post" action="${place.path}${place.query}">
${token}
${nameField(failed?.name ?? place.hint, mistakes)}
${field({ id: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', maxLength: MAX_PASSWORD }, mistakes)}
<p class="actions"><button class="primary">Sign in</button></p>
</form>
${passkey && passkeyForm(site, visit, place, passkey)}
${providers(site, place)}
<p class="quiet small aside"><a href="${place.path}/recovery${place.query}">Use a recovery code</a> if you cannot sign in otherwise.</p>`,
  }
}

function passkeyForm(site: Site, visit: Visit, place: LoginPlace, options: JsonObject): Html {
  return html`<form method="post" action="${place.path}/passkey${place.query}" data-passkey="login" data-page="${place.path}${place.query}" hidden>
${tokenField(tokenFor(site, visit, place.purpose))}
${challengeFields(site, visit, place.purpose, options)}
<p class="or"><span>or</span></p>
<p class="actions"><button>Sign in with a passkey</button></p>
<p role="status" class="hint"></p>
</form>`
}

/** The page for a recovery code. */
export function recoveryPage(
  site: Site,
  visit: Visit,
  place: LoginPlace,
  failed?: FailedLogin,
): Page {
  const mistakes = failed?.mistakes ?? []
  return {
    title: 'Use a recovery code',
    status: failed?.status ?? 200,
    mistaken: mistakes.length > 0,
    formTargets: place.formTargets,
    main: html`${summary(mistakes)}
<h1>Use a recovery code</h1>
<p class="lead">You were shown recovery codes when you were set up. Each works once.</p>
<form method="post" action="${place.path}/recovery${place.query}">
${tokenField(tokenFor(site, visit, place.purpose))}
${nameField(failed?.name ?? place.hint, mistakes)}
${field({ id: 'code', label: 'Recovery code', type: 'text', autocomplete: 'off', maxLength: MAX_CODE }, mistakes)}
<p class="actions"><button class="primary">Sign in</button></p>
</form>
<p class="quiet small aside"><a href="${place.path}${place.query}">Sign in with a password or passkey</a></p>`,
  }
}

function nameField(value: string | undefined, mistakes: readonly Mistake[]): Html {
  return field(
    {
      id: 'name',
      label: 'Name',
      type: 'text',
      autocomplete: 'username webauthn',
      maxLength: MAX_NAME,
      value,
      focus: true,
    },
    mistakes,
  )
}

function providers({ parts }: Site, place: LoginPlace): Html | undefined {
  const known = parts.federation.providers
  if (known.length === 0) return undefined
  return html`<p class="or"><span>or</span></p>
<ul class="choices">${known.map(
    ({ id, name }) =>
      html`<li><a class="button" href="${place.path}/provider/${encodeURIComponent(id)}${place.query}">Continue with ${name}</a></li>`,
  )}</ul>`
}
