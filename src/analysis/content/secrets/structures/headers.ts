import { basic } from '../checksums.ts'
import { matchOnce } from '../hits.ts'
import { looksDrawn, shareOfWords } from '../look.ts'
import { placeholderReason } from '../placeholders.ts'
import { found, type Structure } from './structure.ts'

const BEARER = /bearer(?:[ \t]|%20|\+){1,3}([A-Za-z0-9._~+/=:|-]{12,4096})/iy

/** Bearer credentials (RFC 6750) wherever they are quoted. */
export const BEARER_TOKEN: Structure = {
  id: 'bearer-token',
  literals: ['bearer ', 'bearer%20', 'bearer+'],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, BEARER, text, at)
    const secret = match?.[1]
    if (
      match === null ||
      secret === undefined ||
      placeholderReason(secret) !== undefined ||
      !looksDrawn(secret)
    )
      return
    const end = at + match[0].length
    sink.add(
      found(
        'bearer-token',
        end - secret.length,
        end,
        'likely',
        'credentials that open to whoever bears them',
      ),
    )
  },
}

const BASIC = /basic(?:[ \t]|%20){1,3}([A-Za-z0-9+/_-]{8,2048}={0,2})/iy

/** Basic credentials (RFC 7617). */
export const BASIC_CREDENTIALS: Structure = {
  id: 'basic-credentials',
  literals: ['basic ', 'basic%20'],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, BASIC, text, at)
    const secret = match?.[1]
    if (match === null || secret === undefined || basic(secret) !== 'proved') return
    const [user = '', password = ''] = Buffer.from(secret, 'base64').toString('latin1').split(':')
    if (
      /^(?:user(?:name)?|admin|test|foo)$/i.test(user) &&
      /^(?:pass(?:word)?|secret|test|bar)$/i.test(password)
    )
      return
    const end = at + match[0].length
    sink.add(
      found(
        'basic-credentials',
        end - secret.length,
        end,
        'proved',
        'a user and a password in base64',
      ),
    )
  },
}

const HEADER =
  /(?:x-)?(?:[a-z]{2,20}-){0,3}(?:authorization|api-?key|api-?token|auth-token|access-token|auth|token|secret)["']?[ \t]{0,3}:[ \t]{0,3}["']?(?:(?:token|key|apikey|api-key|api-token|basic|bearer|bot|ssws|genie ?key)[ \t]{1,3})?([A-Za-z0-9._~+/=:|-]{8,4096})/iy

const OPENING = /^[ =]{0,3}\\{0,2}["']?/

/** Headers of credentials in a command, where the value may be short. */
export const CURL_HEADER: Structure = {
  id: 'curl-auth-header',
  literals: ['-H ', '--header '],
  probe(text, _at, end, sink) {
    const start = end + (OPENING.exec(text.slice(end, end + 8))?.[0].length ?? 0)
    const match = matchOnce(sink, HEADER, text, start)
    const secret = match?.[1]
    if (match === null || secret === undefined) return
    if (
      placeholderReason(secret) !== undefined ||
      shareOfWords(secret) > 0.5 ||
      !/[0-9]/.test(secret)
    )
      return
    const stop = start + match[0].length
    sink.add(
      found(
        'curl-auth-header',
        stop - secret.length,
        stop,
        'likely',
        'credentials in a header of a command',
      ),
    )
  },
}

const COOKIES = /(?:set-)?cookie["']?[ \t]{0,3}[:=][ \t]{0,3}["']?([^\r\n"']{8,4096})/iy
const SESSION = /(?:sess|sid$|auth|token|jwt|remember|login|_identity|connect\.)/i

const SESSION_WHY = 'a cookie that stands for a session'

/** The value of a pair, if it is that of a session. */
function sessionIn(pair: string): string | undefined {
  const sign = pair.indexOf('=')
  const [name, value] = [pair.slice(0, sign).trim(), pair.slice(sign + 1)]
  if (sign < 1 || value.length < 12 || !SESSION.test(name) || /csrf|xsrf/i.test(name))
    return undefined
  return placeholderReason(value) === undefined && looksDrawn(value) ? value : undefined
}

/** Cookies that stand for a session. */
export const COOKIE: Structure = {
  id: 'session-cookie',
  literals: ['cookie:', 'cookie":', "cookie':", 'cookie ', 'cookie='],
  probe(text, at, _end, sink) {
    const match = matchOnce(sink, COOKIES, text, at)
    if (match === null) return
    const list = match[1] ?? ''
    const base = at + match[0].length - list.length
    for (let start = 0; start < list.length; ) {
      const stop = list.indexOf(';', start)
      const end = stop === -1 ? list.length : stop
      const value = sessionIn(list.slice(start, end))
      if (value !== undefined)
        sink.add(
          found('session-cookie', base + end - value.length, base + end, 'likely', SESSION_WHY),
        )
      start = end + 1
    }
  },
}
