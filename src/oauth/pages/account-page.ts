import type { User } from '../../kernel/accounts.ts'
import { ACCESS_LEVELS, OFFLINE_ACCESS, toolOfScope } from '../../kernel/scope.ts'
import { voucherInWords } from './client-words.ts'
import { serverOf } from './consent-page.ts'
import { callout, type Mistake, summary, tokenField } from './fields.ts'
import { type Content, type Html, html } from './html.ts'
import type { Page } from './page.ts'
import type { GrantView, PasskeyView } from './ports.ts'
import { literal, said } from './said.ts'
import { passwordFields } from './setup-page.ts'

/** What has just been done, by the word in the address of the page. */
const DONE = {
  revoked: 'The program’s access has ended.',
  gone: 'That was gone already.',
  passkey: 'The passkey was added.',
  'passkey-removed': 'The passkey was removed.',
  password: 'The password was changed.',
} as const
export type Done = keyof typeof DONE

export interface AccountView {
  readonly user: User
  readonly token: string
  readonly grants: readonly GrantView[]
  readonly passkeys: readonly PasskeyView[]
  /** The form that adds a passkey; undefined where there can be none. */
  readonly passkeyForm: Html | undefined
  /** Whether credentials may be changed without a new login. */
  readonly fresh: boolean
  readonly done: string | undefined
  readonly mistakes: readonly Mistake[]
}

export function accountPage(view: AccountView): Page {
  const { user, mistakes, token } = view
  const done = Object.entries(DONE).find(([word]) => word === view.done)?.[1]
  return {
    title: 'Your account',
    status: mistakes.length > 0 ? 422 : 200,
    mistaken: mistakes.length > 0,
    passkeys: view.passkeyForm !== undefined,
    main: html`${summary(mistakes)}
${done !== undefined && html`<div role="status">${callout('good', 'Done', done)}</div>`}
<h1>Your account</h1>
<dl class="facts">
<dt>Name</dt><dd>${said(user.name, 128)}</dd>
<dt>You sign in as</dt><dd>${said(user.id, 320)}</dd>
${user.provider !== undefined && html`<dt>At</dt><dd>${said(user.provider)}</dd>`}
<dt>Groups</dt><dd>${user.groups.length === 0 ? 'none' : user.groups.map((group, i) => [i > 0 && ', ', said(group)])}</dd>
</dl>
<form method="post" action="/oauth/account/logout">
${tokenField(token)}
<p><button>Sign out</button></p>
</form>
${programs(view)}
${user.provider === undefined && credentials(view)}`,
  }
}

function programs({ grants, token }: AccountView): Html {
  return html`<section aria-labelledby="programs">
<h2 id="programs">Programs with access</h2>
${
  grants.length === 0
    ? html`<p class="quiet">None. Connect one with its address for MCP.</p>`
    : html`<ul class="cards">${grants.map((grant) => program(grant, token))}</ul>`
}
</section>`
}

function program(
  { id, client, resource, scopes, created, used, expires }: GrantView,
  token: string,
): Html {
  const name = said(client.name === '' ? 'unnamed' : client.name)
  return html`<li>
<h3>${client.trust === 'dynamic' ? html`“${name}”` : name}</h3>
<p class="small">${voucherInWords({ trust: client.trust, host: client.host })}</p>
<p>May ${scopeWords(scopes)} at ${resourceWords(resource)}.</p>
<p class="quiet small">Allowed ${day(created)}${used !== undefined && html`, last used ${day(used)}`}, ends ${day(expires)} at the latest.</p>
<form method="post" action="/oauth/account/revoke">
${tokenField(token)}
<input type="hidden" name="grant" value="${id}">
<button aria-label="End the access of ${client.name}">End access</button>
</form>
</li>`
}

function resourceWords(resource: string): Html {
  const path = URL.canParse(resource) ? new URL(resource).pathname : resource
  const server = serverOf(path)
  if (server !== undefined) return html`the server ${said(server, 128)}`
  return path === '/mcp' ? html`all servers` : literal(path, 128)
}

function scopeWords(scopes: readonly string[]): Content {
  const highest = ACCESS_LEVELS.findLast((level) => scopes.includes(level))
  const levels =
    highest === undefined ? [] : ACCESS_LEVELS.slice(0, ACCESS_LEVELS.indexOf(highest) + 1)
  const tools = scopes.filter((scope) => toolOfScope(scope) !== undefined).length
  const others = scopes.filter((scope) => /\/(prompts|resources)$/.test(scope)).length
  const words = [
    ...levels,
    ...(tools > 0 ? [`use ${tools} single ${tools === 1 ? 'tool' : 'tools'}`] : []),
    ...(others > 0 ? ['use prompts or resources'] : []),
  ]
  const stays = scopes.includes(OFFLINE_ACCESS) ? ', and stay connected,' : ''
  return html`${words.length === 0 ? 'do nothing' : words.join(', ')}${stays}`
}

function credentials(view: AccountView): Html {
  if (!view.fresh)
    return html`<section aria-labelledby="credentials">
<h2 id="credentials">How you sign in</h2>
${passkeyList(view)}
<p>To change passkeys or the password, confirm first that it is you.</p>
<p><a class="button" href="/oauth/account/login">Confirm that it is you</a></p>
</section>`
  return html`<section aria-labelledby="passkeys">
<h2 id="passkeys">Passkeys</h2>
${passkeyList(view)}
${view.passkeyForm ?? html`<p class="quiet">Passkeys do not work at this address: they need HTTPS and a name.</p>`}
</section>
<section aria-labelledby="change-password">
<h2 id="change-password">Password</h2>
<form method="post" action="/oauth/account/password">
${tokenField(view.token)}
${passwordFields(view.mistakes)}
<p class="actions"><button>Change the password</button></p>
</form>
</section>`
}

function passkeyList({ passkeys, token, fresh }: AccountView): Html {
  if (passkeys.length === 0) return html`<p class="quiet">You have no passkey.</p>`
  return html`<ul class="cards">${passkeys.map(
    ({ id, label, created, used }) => html`<li>
<h3>${said(label)}</h3>
<p class="quiet small">Added ${day(created)}${used !== undefined && html`, last used ${day(used)}`}.</p>
${
  fresh &&
  html`<form method="post" action="/oauth/account/passkey/remove">
${tokenField(token)}
<input type="hidden" name="passkey" value="${id}">
<button aria-label="Remove the passkey ${label}">Remove</button>
</form>`
}
</li>`,
  )}</ul>`
}

const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
})

function day(time: number): Html {
  const date = new Date(time)
  return html`<time datetime="${date.toISOString()}">${DAY.format(date)}</time>`
}
