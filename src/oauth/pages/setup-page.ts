import type { LinkPurpose, OneTimeLink } from '../../kernel/accounts.ts'
import { callout, field, type Mistake, summary, tokenField } from './fields.ts'
import { type Html, html } from './html.ts'
import { MAX_NAME, MAX_PASSWORD } from './login-page.ts'
import type { Page } from './page.ts'
import { literal, said } from './said.ts'

interface Words {
  readonly title: string
  readonly lead: string
  readonly button: string
}

function wordsOf(purpose: LinkPurpose, productName: string): Words {
  switch (purpose) {
    case 'setup':
      return {
        title: `Set up ${productName}`,
        lead: 'This link makes you the owner of this installation. It works once. Owners decide who may use which tools, so choose a password that nobody guesses.',
        button: 'Set up',
      }
    case 'invite':
      return {
        title: `Welcome to ${productName}`,
        lead: 'You were invited. This link works once. Choose a password, and you can connect programs to the tools that you may use.',
        button: 'Accept',
      }
    case 'reset':
      return {
        title: 'Choose a new password',
        lead: 'This link works once. Your old password and your old recovery codes end, and everything that is signed in as you is signed out.',
        button: 'Save the password',
      }
  }
}

export interface LinkView {
  readonly link: OneTimeLink
  readonly token: string
  readonly productName: string
  readonly mistakes: readonly Mistake[]
  /** What was typed as the name. */
  readonly name?: string | undefined
}

/** The page of a one-time link. */
export function linkPage({ link, token, productName, mistakes, name }: LinkView): Page {
  const { title, lead, button } = wordsOf(link.purpose, productName)
  return {
    title,
    status: mistakes.length > 0 ? 422 : 200,
    mistaken: mistakes.length > 0,
    main: html`${summary(mistakes)}
<h1>${title}</h1>
<p class="lead">${lead}</p>
<form method="post" action="/setup">
${tokenField(token)}
<div class="field">
<label for="username">You will sign in as</label>
<input id="username" name="username" type="text" autocomplete="username" readonly value="${link.user.id}">
</div>
${field(
  {
    id: 'name',
    label: 'Your name',
    type: 'text',
    autocomplete: 'name',
    hint: 'How you are shown to others.',
    value: name ?? link.user.name,
    maxLength: MAX_NAME,
  },
  mistakes,
)}
${passwordFields(mistakes)}
<p class="actions"><button class="primary">${button}</button></p>
</form>`,
  }
}

/** A new password, twice. */
export function passwordFields(mistakes: readonly Mistake[]): Html {
  const common = {
    type: 'password',
    autocomplete: 'new-password',
    maxLength: MAX_PASSWORD,
  } as const
  const hint =
    'At least 12 characters. A few words that have nothing to do with each other are good.'
  return html`${field({ ...common, id: 'password', label: 'New password', hint }, mistakes)}
${field({ ...common, id: 'again', label: 'The same password again' }, mistakes)}`
}

/** Shows recovery codes: the only time that they can be seen. */
export function codesPage(codes: readonly string[]): Page {
  return {
    title: 'Keep your recovery codes',
    main: html`<h1>Keep your recovery codes</h1>
<p class="lead">If you lose your password or passkey, one of these lets you in. Each works once. They are shown only now.</p>
<ol class="codes" aria-label="Recovery codes" tabindex="0">${codes.map((code) => html`<li>${literal(code, 64)}</li>`)}</ol>
<p class="hint">A click into the list selects all of it, to be copied. Print this page, or save the codes where you keep passwords, not beside the password itself.</p>
<form method="get" action="/setup/done">
<div class="choice"><input type="checkbox" id="kept" name="kept" value="on" required><label for="kept">I have kept these codes</label></div>
<p class="actions"><button class="primary">Continue</button></p>
</form>`,
  }
}

/** What comes after. */
export interface DoneView {
  readonly publicOrigin: string
  readonly user: { readonly id: string; readonly name: string } | undefined
  /** The form that adds a passkey, if one can be added. */
  readonly passkey: Html | undefined
}

export function donePage({ publicOrigin, user, passkey }: DoneView): Page {
  const address = `${publicOrigin}/mcp`
  return {
    title: 'You are set up',
    passkeys: passkey !== undefined,
    main: html`<h1>You are set up</h1>
${user && html`<p class="lead">Welcome, ${said(user.name, 128)}. You sign in as <strong>${said(user.id, 128)}</strong>.</p>`}
<h2>Connect a program</h2>
<p>Give your MCP client this address. It will send you here to sign in and to allow what it asks for.</p>
<p class="copy">${literal(address)}</p>
<p>Such as, for Claude Code:</p>
<p class="copy">${literal(`claude mcp add --transport http bailiwick ${address}`)}</p>
${
  passkey &&
  html`<h2>Add a passkey</h2>
<p>Sign in with your finger, face or device PIN instead of the password. Other sites cannot get hold of it. You can also do this later.</p>
${passkey}`
}
<p><a href="/oauth/account">Go to your account</a></p>`,
  }
}

/** What is shown for a link that is not good. It does not tell why. */
export function deadLinkPage(): Page {
  return {
    title: 'This link is no longer good',
    status: 410,
    main: html`<h1>This link is no longer good</h1>
<p class="lead">It was used already, it is too old, or it is not complete.</p>
${callout('note', 'What to do', 'If you used it yourself, you are set up: go to your account and sign in. If not, tell your operator: somebody else may have used it.')}
<p><a href="/oauth/account">Go to your account</a></p>`,
  }
}
