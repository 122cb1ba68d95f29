import { domainToASCII } from 'node:url'
import { spellOut } from '../../kernel/visible-text.ts'
import { type Html, html } from './html.ts'

/** A short text of somebody else, kept from mixing with the words around it. */
export function said(text: string, max = 64): Html {
  return html`<bdi>${spellOut(text, max)}</bdi>`
}

/** An identifier or address of somebody else, character by character. */
export function literal(text: string, max = 2048): Html {
  return html`<bdi class="literal" dir="ltr">${spellOut(text, max)}</bdi>`
}

/** A host as the network knows it: letters of other scripts in their ASCII form (RFC 5891). */
export function hostText(host: string): string {
  if (/^[\x21-\x7e]*$/.test(host)) return spellOut(host.toLowerCase(), 255)
  const ascii = domainToASCII(host)
  return ascii === '' ? spellOut(host, 255) : ascii
}
