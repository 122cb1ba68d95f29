/**
 * The source expression (CSP 3 section 2.3.1) by which a form may lead to a redirect address: browsers
 * hold `form-action` against every redirect that follows a form. Undefined for an address that no such
 * expression can name.
 */
export function formTarget(redirect: string): string | undefined {
  if (!URL.canParse(redirect)) return undefined
  const { protocol, hostname, host, port } = new URL(redirect)
  if (protocol !== 'http:' && protocol !== 'https:')
    return /^[a-z][a-z0-9+.-]*:$/.test(protocol) ? protocol : undefined
  // The grammar has no form for an IPv6 address; browsers ignore it.
  if (hostname.startsWith('[')) return `${protocol}//*:${port || (protocol === 'http:' ? 80 : 443)}`
  return /^[a-z0-9.-]+(:\d+)?$/.test(host) ? `${protocol}//${host}` : undefined
}
