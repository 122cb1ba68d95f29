const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/**
 * The address that a browser may be sent to for connecting; undefined for anything but https, or http on
 * this machine. The gateway has looked at it before: whoever follows a link looks as well.
 *
 * @param host where the person was told that they will be sent, with its port if there is one.
 */
export function wayOut(location: unknown, host: string): string | undefined {
  if (typeof location !== 'string' || !URL.canParse(location)) return undefined
  const url = new URL(location)
  if (url.username !== '' || url.password !== '' || url.host !== hostOf(host)) return undefined
  if (url.protocol === 'https:') return url.href
  return url.protocol === 'http:' && LOOPBACK.test(url.hostname) ? url.href : undefined
}

/** As addresses write it: lower-case, letters of other scripts encoded. */
function hostOf(host: string): string | undefined {
  return URL.canParse(`https://${host}`) ? new URL(`https://${host}`).host : undefined
}

/** The host of an issuer, for people; the issuer itself where it is no address. */
export function issuerHost(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host || issuer : issuer
}
