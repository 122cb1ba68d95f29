import type { ClientTrust } from '../../kernel/subject.ts'
import { spellOut } from '../../kernel/visible-text.ts'
import type { ClientView } from '../parts.ts'
import { type Html, html } from './html.ts'
import { hostText, said } from './said.ts'

/** Where a redirect address leads. */
export type RedirectKind = 'web' | 'loopback' | 'app'

export interface RedirectView {
  readonly kind: RedirectKind
  /** The host, or the scheme of an app's link. */
  readonly place: string
}

/** What people have to know of a redirect address. */
export function viewRedirect(redirect: string): RedirectView {
  if (!URL.canParse(redirect)) return { kind: 'app', place: spellOut(redirect, 64) }
  const { protocol, hostname, host } = new URL(redirect)
  if (protocol !== 'http:' && protocol !== 'https:') return { kind: 'app', place: protocol }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return { kind: loopback ? 'loopback' : 'web', place: hostText(host) }
}

/** Whether consent may be remembered: only where nobody else can be at the other end. */
export function mayRemember(trust: ClientTrust, redirect: string): boolean {
  return (
    trust !== 'dynamic' && redirect.startsWith('https:') && viewRedirect(redirect).kind === 'web'
  )
}

/**
 * A client in a sentence: what it calls itself is quoted unless somebody vouches for it.
 *
 * @param article of a program without a name to trust, as the sentence needs it.
 */
export function clientInWords({ name, trust, host }: ClientView, article: 'A' | 'a' = 'a'): Html {
  const shown = said(name === '' ? 'unnamed' : name)
  switch (trust) {
    case 'registered':
      return html`<strong>${shown}</strong>`
    case 'metadata':
      return html`<strong>${shown}</strong> of <strong class="literal">${hostText(host ?? '?')}</strong>`
    case 'dynamic':
    case 'external':
      return html`${article} program that calls itself “${shown}”`
  }
}

/** Who vouches for a client. */
export function voucherInWords({ trust, host }: Pick<ClientView, 'trust' | 'host'>): Html {
  switch (trust) {
    case 'registered':
      return html`<span class="tag good">Registered</span> by your operator.`
    case 'metadata':
      return html`<span class="tag">Vouched for</span> by the owner of <strong class="literal">${hostText(host ?? '?')}</strong>. The name is what that host says.`
    case 'dynamic':
      return html`<span class="tag warning">Unverified</span> by anybody. It gave itself this name; any program could.`
    case 'external':
      return html`<span class="tag warning">Unverified</span> here. Another server knows it.`
  }
}
