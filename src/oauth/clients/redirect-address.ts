import { isIP } from 'node:net'

const MAX_ADDRESS = 512

/** Hosts on which only this machine listens (RFC 8252 section 7.3; `localhost`, since clients use it). */
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Schemes that browsers and systems act on by themselves: no client can own one. */
const TAKEN: ReadonlySet<string> = new Set(
  `about acct blob chrome chrome-extension content cid data dns edge file filesystem ftp ftps geo git http
  https intent jar javascript jdbc ldap ldaps mailto market mid ms-appinstaller ms-msdt moz-extension news
  nfs nntp rtsp resource search-ms sftp sip sips smb sms ssh steam tel telnet urn vbscript view-source web
  wais ws wss wyciwyg xmpp`.split(/\s+/),
)

/** A redirect address, as policies look at it. */
export type RedirectAddress =
  | { readonly kind: 'web'; readonly host: string }
  | { readonly kind: 'loopback'; readonly host: string }
  | { readonly kind: 'private-scheme'; readonly scheme: string }

/** Whether a scheme can be a program's own. */
export function isPrivateScheme(scheme: string): boolean {
  return /^[a-z][a-z0-9+.-]{1,63}$/.test(scheme) && !TAKEN.has(scheme)
}

/**
 * Reads a redirect address (RFC 6749 section 3.1.2, RFC 8252): `https`, `http` to this machine, or a
 * scheme of the program's own. It must be written in the one canonical way, so that whoever compares,
 * shows or follows it sees the same address.
 *
 * @returns the address, or why it is none.
 */
export function redirectAddress(text: unknown): RedirectAddress | string {
  if (typeof text !== 'string' || text.length > MAX_ADDRESS) return 'is not a string of 512 at most'
  if (/[^!-~]|[\\<>"`{}|^*]/.test(text)) return 'holds a character that it must not hold'
  const url = URL.parse(text)
  if (url === null) return 'is not an absolute URI'
  if (text.includes('#')) return 'has a fragment'
  if (`${url.username}${url.password}` !== '' || text.split(/[/?]/, 3)[2]?.includes('@'))
    return 'has a user name'
  if (url.href !== text && url.href !== `${text}/`) return 'is not in canonical form'
  if (/%(?:0[0-9a-f]|1[0-9a-f]|7f|2e|2f|5c)/i.test(text))
    return 'holds an escape that it must not hold'
  return kindOf(url)
}

function kindOf(url: URL): RedirectAddress | string {
  const host = url.hostname
  switch (url.protocol) {
    case 'http:':
      return LOOPBACK.has(host) ? { kind: 'loopback', host } : 'is http to another machine'
    case 'https:':
      return isIP(host.replace(/^\[|\]$/g, '')) !== 0 || LOOPBACK.has(host) || host.endsWith('.')
        ? 'is https to a machine without a name'
        : { kind: 'web', host }
    default: {
      const scheme = url.protocol.slice(0, -1)
      return isPrivateScheme(scheme)
        ? { kind: 'private-scheme', scheme }
        : 'has a scheme that is not a program’s own'
    }
  }
}

/** Which redirect addresses are allowed besides those of this machine. */
export interface RedirectRules {
  readonly web: (host: string) => boolean
  readonly privateSchemes: readonly string[]
}

/**
 * Checks all redirect addresses of a client.
 *
 * @returns `native` when one of them is of a program on the user's machine, or why they are refused.
 */
export function checkRedirects(
  texts: unknown,
  rules: RedirectRules,
): { readonly type: 'native' | 'web'; readonly addresses: readonly string[] } | string {
  if (!Array.isArray(texts) || texts.length === 0 || texts.length > 20)
    return 'redirect_uris must be a list of 1 to 20'
  let native = false
  for (const text of texts) {
    const address = redirectAddress(text)
    if (typeof address === 'string') return `a redirect address ${address}`
    if (address.kind === 'web' && !rules.web(address.host))
      return 'a redirect address is on a host that is not allowed'
    if (address.kind === 'private-scheme' && !rules.privateSchemes.includes(address.scheme))
      return 'a redirect address has a scheme that is not allowed'
    native ||= address.kind !== 'web'
  }
  return { type: native ? 'native' : 'web', addresses: [...new Set(texts as string[])] }
}
