import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { PHONE as PHONE_FORM } from '../../identifiers/numbers.ts'
import type { PersonalFound, PersonalType } from './kind.ts'
import type { Words } from './words.ts'

export const EMAIL: PersonalType = {
  type: 'email',
  what: 'an e-mail address',
  severity: 'low',
  proof: 'a mailbox at a domain name',
}

export const PHONE: PersonalType = {
  type: 'phone',
  what: 'a phone number',
  severity: 'medium',
  proof: 'the numbering plan of its country, or a word for it',
}

/** RFC 5321, 4.5.3.1. */
const LONGEST_LOCAL = 64
const LONGEST_DOMAIN = 253
const LOCAL = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u
const DOMAIN =
  /^@((?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:[\p{L}]{2,24}|xn--[a-z0-9-]{2,59}))(?![\p{L}\p{N}_-]|\.[\p{L}\p{N}])/u
/** Mailboxes of roles (RFC 2142 and common ones) and users of machines: no persons. */
const ROLE =
  /^(?:git|hg|svn|root|no-?reply|do-?not-?reply|info|support|admin|administrator|postmaster|hostmaster|webmaster|abuse|security|sales|contact|hello|help|noc|office|press|privacy|billing|mailer-daemon)$/i

/** E-mail addresses; those of roles are hints. `.invalid` is nobody's by RFC 2606. */
export function findEmails(text: string, take: (found: PersonalFound) => void): void {
  let least = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at, least)
    const [whole, domain] = DOMAIN.exec(text.slice(at, at + LONGEST_DOMAIN)) ?? []
    if (start === at || whole === undefined || domain === undefined) continue
    const local = text.slice(start, at)
    const end = at + whole.length
    least = end
    if (/\.invalid$/i.test(domain)) continue
    const certainty = ROLE.test(local) ? 'hint' : 'likely'
    take({ type: EMAIL.type, start, end, certainty, value: `${local}@${domain}`.toLowerCase() })
  }
}

function isLocal(text: string, index: number): boolean {
  const code = text.charCodeAt(index) | 32
  return (code >= 97 && code <= 122) || LOCAL.test(text[index] ?? '')
}

/** RFC 5322 `atext` is wide; in texts, quotes and brackets in front of an address are no part of it. */
function localStart(text: string, at: number, least: number): number {
  let start = at
  const first = Math.max(least, at - LONGEST_LOCAL)
  while (start > first && isLocal(text, start - 1)) start -= 1
  const local = text.slice(start, at)
  start += Math.max(local.lastIndexOf('/'), local.lastIndexOf('=')) + 1
  while (start < at && !/[\p{L}\p{N}]/u.test(text[start] ?? '')) start += 1
  return text[at - 1] === '.' ? at : start
}

/** Reading with the numbering plans costs: beyond this, the shape has to do. */
const MAX_READ = 500
const NATIONAL =
  /(?<![\w.+/-])(?:\(0?\d{2,5}\)|0?\d{2,5})[ ./-]{0,2}\d{2,8}(?:[ ./-]\d{2,5}){0,4}(?![\w-]|[./]\d)/g
const PHONE_WORDS =
  /\b(?:tel|phone|telephone|mobile|cell|call|fax|whatsapp|telefon|handy|t[ée]l[ée]phone|portable|tel[ée]fono|m[óo]vil|celular|telefone|telefono|cellulare|telefoon|mobiel|puhelin|tlf|mob)\b|電話|电话|전화/i
const NANP = /^\(?[2-9]\d\d\)?[ .-]{1,2}[2-9]\d\d[ .-]\d{4}$/

/** Phone numbers: international ones by numbering plan, national ones where a word says so. */
export function findPhones(text: string, words: Words, take: (found: PersonalFound) => void): void {
  if (text.includes('+')) internationalPhones(text, take)
  for (const { 0: raw, index } of text.matchAll(NATIONAL)) {
    if (words.areAbsent(PHONE_WORDS)) return
    const digits = raw.replace(/\D/g, '')
    if (digits.length < 9 || digits.length > 12 || /^\d{4}-\d\d-\d\d/.test(raw)) continue
    const shaped = NANP.test(raw) || /^\(?0[1-9]/.test(raw)
    if (!shaped || !words.isBeside(PHONE_WORDS, index, index + raw.length)) continue
    take({
      type: PHONE.type,
      start: index,
      end: index + raw.length,
      certainty: 'likely',
      value: digits,
    })
  }
}

function internationalPhones(text: string, take: (found: PersonalFound) => void): void {
  let read = 0
  for (const { 0: raw, index } of text.matchAll(PHONE_FORM.inText ?? /$^/g)) {
    read += 1
    const [shaped] = PHONE_FORM.read(raw, false)
    if (shaped === undefined) continue
    const parsed = read <= MAX_READ ? parsePhoneNumberFromString(raw) : undefined
    if (read <= MAX_READ && parsed?.isValid() !== true && parsed?.isPossible() !== true) continue
    const certainty = parsed?.isValid() === true ? 'proved' : 'hint'
    take({
      type: PHONE.type,
      start: index,
      end: index + raw.length,
      certainty,
      value: shaped.value,
    })
  }
}
