/** An address within a text. */
export interface Address {
  /** As it stands in the text. */
  readonly text: string
  /** Host alone, for what leads somewhere on the network: another path on it is still the same place. */
  readonly host?: string
  /** Whether readers or programs follow it: a URL or host, not a mailbox. */
  readonly link: boolean
}

/**
 * Last labels that are far more often the end of a file's name than of a host's. With a scheme or `www.`
 * before it, such a name is a host all the same.
 */
const FILE_ENDINGS = new Set(
  (
    'txt md rst pdf doc docx odt rtf xls xlsx ods csv tsv ppt pptx odp json jsonl yaml yml xml toml ini cfg conf log ' +
    'html htm css js mjs cjs ts tsx jsx py rb go rs java kt swift c h cpp hpp cs php pl lua sql ipynb png jpg jpeg ' +
    'gif webp svg bmp ico tif tiff mp3 mp4 wav mov avi mkv tar gz tgz bz2 xz 7z rar exe dll so bin iso dmg deb rpm ' +
    'apk jar war bak tmp lock env pem key crt cer pub'
  ).split(' '),
)

/** Ways in which people write an address so that nobody follows it by accident. */
const DEFANGED: readonly (readonly [RegExp, string])[] = [
  [/\bh(?:xx|tt|\*\*|__)ps?(?=:|\[:)/gi, 'https'],
  [/\[:\]/g, ':'],
  [/[[({<]\s?(?:\.|dot|punto|punkt)\s?[\])}>]/gi, '.'],
  [/[[({<]\s?(?:@|at)\s?[\])}>]/gi, '@'],
]

/** A text with its addresses written as programs read them (`hxxps://a[.]b` → `https://a.b`). */
export function refanged(text: string): string {
  if (!/[[({<]|h(?:xx|\*\*|__)p/i.test(text)) return text
  return DEFANGED.reduce((now, [pattern, plain]) => now.replace(pattern, plain), text)
}

const CANDIDATE = /[^\s"'`<>()[\]{}|\\,;]{3,2048}/gu
const HOST = /^(?:[\p{L}\p{N}_-]{1,63}\.){1,20}([\p{L}][\p{L}\p{N}-]{1,62})\.?$/u
const MOST = 200
const MOST_PARAMETERS = 20
/** Between addresses, and never in a mailbox that is not quoted. */
const SEPARATED = /[\s,;]/

/** The addresses in a text: URLs, hosts with or without a scheme, mailboxes. Linear; at most 200. */
export function addressesIn(text: string): readonly Address[] {
  const found: Address[] = []
  for (const [candidate] of refanged(text).matchAll(CANDIDATE)) {
    const address = addressOf(candidate)
    if (address) found.push(address, ...inLink(address))
    if (found.length >= MOST) break
  }
  return found.slice(0, MOST)
}

/** Links and mailboxes that a link carries in its parameters, encoded or not: where it leads to in the end, often. */
export function inLink({ text, link }: Address): readonly Address[] {
  const start = link ? text.search(/[?#]/) : -1
  if (start < 0) return []
  const parts = text.slice(start + 1).split(/[&;#]/, MOST_PARAMETERS)
  return parts.flatMap((part) => {
    const value = decoded(part.slice(part.indexOf('=') + 1))
    const carried = /:\/\/|@/.test(value) && !SEPARATED.test(value) ? addressOf(value) : undefined
    return carried ? [carried] : []
  })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The one address that a text is, if it is one. */
export function addressOf(candidate: string): Address | undefined {
  const text = candidate.replace(/^[*_~.:!?-]{1,20}/, '').replace(/[*_~.:!?]{1,20}$/, '')
  const scheme = /^[a-z][a-z0-9+.-]{1,20}:\/\/(?:[^/?#]{0,200}@)?/i.exec(text)
  if (scheme) return { text, host: hostOf(text.slice(scheme[0].length)), link: true }
  if (/^mailto:/i.test(text)) return { text: text.slice(7).replace(/\?.*/s, ''), link: false }
  const at = text.lastIndexOf('@')
  if (at > 0 && at < text.length - 1) {
    return HOST.test(text.slice(at + 1)) && !SEPARATED.test(text)
      ? { text, link: false }
      : undefined
  }
  const host = hostOf(text)
  if (/^www\d?\./i.test(host)) return { text, host, link: true }
  const [, last] = HOST.exec(host) ?? []
  if (last === undefined) return undefined
  const isFile = host === text && FILE_ENDINGS.has(last.toLowerCase())
  return isFile ? undefined : { text, host, link: true }
}

function hostOf(rest: string): string {
  return rest.split(/[/?#:]/, 1)[0] ?? ''
}
