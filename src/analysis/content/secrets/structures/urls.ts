import { matchOnce } from '../hits.ts'
import { looksDrawn } from '../look.ts'
import { placeholderReason } from '../placeholders.ts'
import { found, type Structure } from './structure.ts'

const USERINFO = /:\/\/([^\s/?#:@"'`<>\\]{0,128}):([^\s/?#"'`<>\\]{1,256})@(?=[\w.[$%-])/y
const MADE_UP =
  /^(?:pass(?:word|wd)?|pwd|pw|secret|token|user(?:name)?|key|admin|root|test|guest|postgres|mysql|mongo|redis|rabbitmq|changeme|x|xx|xxx|p|y|yyy|b|bar|baz|example|db_?pass(?:word)?|api_?key|credentials?)\d{0,3}$/i

/** What nobody uses as a password: another's place, a word for passwords, the name of the user again. */
export function isMadeUp(user: string, password: string): boolean {
  const word = password.replace(/[)>\]}]{1,4}$/, '')
  return placeholderReason(password) !== undefined || MADE_UP.test(word) || user === password
}

/** `scheme://user:password@host` (RFC 3986 section 3.2.1), in connection strings as well. */
export const USERINFO_URL: Structure = {
  id: 'url-password',
  literals: ['://'],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, USERINFO, text, at)
    if (match === null) return
    const [whole, user = '', rest = ''] = match
    // The last `@` before the path ends the credentials, whatever people write into passwords.
    const password = rest
    if (password.length < 3 || isMadeUp(user, password)) return
    const end = at + whole.length - 1
    const certainty = password.length < 6 ? 'hint' : 'likely'
    sink.add(
      found('url-password', end - password.length, end, certainty, 'a url with a password in it'),
    )
  },
}

const USER_TOKEN = /:\/\/([A-Za-z0-9_.~-]{16,200})@(?=[\w.[-])/y

/** `scheme://token@host`. */
export const USER_TOKEN_URL: Structure = {
  id: 'url-token',
  literals: ['://'],
  probe(text, at, _end, sink) {
    const secret = matchOnce(sink, USER_TOKEN, text, at)?.[1]
    if (secret === undefined || placeholderReason(secret) !== undefined || !looksDrawn(secret))
      return
    // The public key of a DSN stands in every page that reports errors.
    if (/@[\w.-]{0,100}(?:sentry|ingest)\./.test(text.slice(at, at + 400))) return
    sink.add(
      found(
        'url-token',
        at + 3,
        at + 3 + secret.length,
        'likely',
        'a url with a token as its user',
      ),
    )
  },
}

const SIGNATURE = /sig=([A-Za-z0-9%+/_-]{40,100}(?:%3[Dd]|=){0,2})/y

/** Shared access signatures of Azure storage: `sig` beside `se` or `sv`. */
export const SAS: Structure = {
  id: 'azure-sas-signature',
  literals: ['sig='],
  probe(text, at, _end, sink) {
    if (!/[?&; ]|^$/.test(text[at - 1] ?? '')) return
    const match = matchOnce(sink, SIGNATURE, text, at)
    const near = text.slice(Math.max(0, at - 600), at + 600)
    if (
      match === null ||
      !/[?&](?:amp;)?s[evp]=/.test(near) ||
      placeholderReason(match[1] ?? '') !== undefined
    )
      return
    sink.add(
      found(
        'azure-sas-signature',
        at + 4,
        at + match[0].length,
        'likely',
        'a signature that gives access to storage',
      ),
    )
  },
}

const SIGNED =
  /X-(?:Amz|Goog)-(?:Signature|Security-Token)=([A-Fa-f0-9]{64,1024}|[A-Za-z0-9%+/=_-]{100,2000})/iy

/** Presigned URLs of S3 and of Google storage. */
export const SIGNED_URL: Structure = {
  id: 'presigned-url',
  literals: ['X-Amz-Signature=', 'X-Goog-Signature=', 'X-Amz-Security-Token='],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, SIGNED, text, at)
    if (match === null || placeholderReason(match[1] ?? '') !== undefined) return
    const end = at + match[0].length
    sink.add(
      found(
        'presigned-url',
        end - (match[1] ?? '').length,
        end,
        'likely',
        'a signature that gives access to storage',
      ),
    )
  },
}
