import { addressesIn } from './addresses-in.ts'
import { deliveries, readDomain } from './deliver.ts'
import { decodedWords } from './encoded-words.ts'
import { readHandle } from './handle.ts'
import { flagged, type ListedRecipient, type ListResult } from './listed.ts'
import type { Token } from './tokens.ts'

const NO_ADDRESS = 'is not an e-mail address'

/** Reads one mailbox (RFC 5322, 3.4), or the handle of a chat. Several results: a source route, a forward. */
export function readMailbox(tokens: readonly Token[]): ListResult {
  const raw = tokens
    .map(({ text }) => text)
    .join('')
    .trim()
  const handle = readHandle(raw)
  if (handle !== undefined) return { recipients: [handle] }
  const open = tokens.findIndex(({ text, kind }) => kind === 'special' && text === '<')
  const result = open === -1 ? readAddress(tokens) : readAngle(tokens, open)
  if ('unparsable' in result) return result
  const odd = [
    ...(tokens.some(({ kind }) => kind === 'comment') ? ['comment'] : []),
    ...(/\p{Cf}|\p{Default_Ignorable_Code_Point}/u.test(raw) ? ['invisible'] : []),
  ]
  return { recipients: result.recipients.map((one) => flagged(one, odd)) }
}

/** `display <route:address>` */
function readAngle(tokens: readonly Token[], open: number): ListResult {
  const close = tokens.findIndex(({ kind, text }) => kind === 'special' && text === '>')
  const before = tokens.slice(0, open)
  const after = words(tokens.slice(close + 1))
  if (close < open || after.length > 0 || before.some(({ kind }) => kind === 'special'))
    return { unparsable: NO_ADDRESS }
  const inner = tokens.slice(open + 1, close)
  if (words(inner).length === 0) return nullSender(before)
  const display = displayOf(before)
  if (/\p{Cc}/u.test(display)) return { unparsable: 'has control characters in a name' }
  const colon = inner.findIndex(({ kind, text }) => kind === 'special' && text === ':')
  const address = readAddress(inner.slice(colon + 1))
  if ('unparsable' in address) return address
  const route = colon === -1 ? [] : routeOf(inner.slice(0, colon), address.recipients)
  if (route === undefined) return { unparsable: 'has a route that cannot be read' }
  return { recipients: [...address.recipients, ...route].map((one) => shown(one, display)) }
}

function nullSender(before: readonly Token[]): ListResult {
  if (words(before).length > 0) return { unparsable: NO_ADDRESS }
  return { recipients: [{ address: '', domain: '', flags: ['null-sender'] }] }
}

/** `local @ domain`, with white space and comments anywhere between words (RFC 5322, 4.4). */
function readAddress(tokens: readonly Token[]): ListResult {
  const signs = tokens.flatMap(({ kind, text }, index) =>
    kind === 'special' ? [{ text, index }] : [],
  )
  const [at, second] = signs
  if (at === undefined) return { unparsable: bareWord(tokens) }
  if (at.text !== '@' || second !== undefined) return { unparsable: NO_ADDRESS }
  const local = dotted(words(tokens.slice(0, at.index)))
  const domain = dotted(words(tokens.slice(at.index + 1)))
  if (local === undefined || domain === undefined) return { unparsable: NO_ADDRESS }
  const reached = deliveries({ local, domain })
  if (reached === undefined) return { unparsable: 'has a part that no address has' }
  const [main] = reached
  if (
    reached.some(({ domain: other, flags }) => other !== main?.domain && !flags.includes('routed'))
  )
    return { unparsable: 'is read with different domains' }
  const spaced = [at.index - 1, at.index + 1].some((index) => tokens[index]?.kind === 'space')
  return { recipients: reached.map((one) => flagged(one, spaced ? ['spaced'] : [])) }
}

function words(tokens: readonly Token[]): readonly Token[] {
  return tokens.filter(({ kind }) => kind !== 'space' && kind !== 'comment')
}

/** Words that dots join: `a."b".c`. Undefined for anything else, such as two words side by side. */
function dotted(parts: readonly Token[]): string | undefined {
  const joined = parts.every(({ text }, index) => {
    const next = parts[index + 1]
    return next === undefined || text.endsWith('.') || next.text.startsWith('.')
  })
  return joined && parts.length > 0 ? parts.map(({ text }) => text).join('') : undefined
}

/** `@a,@b`: hosts on the way (RFC 5321, appendix C). */
function routeOf(
  tokens: readonly Token[],
  [final]: readonly ListedRecipient[],
): readonly ListedRecipient[] | undefined {
  const local = final?.address.slice(0, final.address.lastIndexOf('@')) ?? ''
  const hosts = words(tokens)
    .map(({ text }) => text)
    .join('')
    .split(',')
    .filter((host) => host !== '')
  const route: ListedRecipient[] = []
  for (const host of hosts) {
    const reading = host.startsWith('@') ? readDomain(host.slice(1)) : undefined
    if (reading === undefined) return undefined
    const flags = ['source-route', ...reading.flags]
    route.push({ address: `${local}@${reading.domain}`, domain: reading.domain, flags })
  }
  return route
}

function displayOf(tokens: readonly Token[]): string {
  const parts = tokens.filter(({ kind }) => kind !== 'comment')
  const text = parts.map(({ kind, text }) => (kind === 'quoted' ? unquoted(text) : text)).join('')
  return text.replace(/[ \t]{1,1024}/g, ' ').trim()
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, '$1')
}

function shown(one: ListedRecipient, display: string): ListedRecipient {
  if (display === '') return one
  const decoded = decodedWords(display)
  const deceives = addressesIn(decoded).some(({ domain }) => domain !== one.domain)
  const flags = [
    ...one.flags,
    ...(decoded === display ? [] : ['encoded-word']),
    ...(deceives ? ['display-address'] : []),
  ]
  return { ...one, display: decoded.slice(0, 256), flags }
}

function bareWord(tokens: readonly Token[]): string {
  const text = tokens.map(({ text }) => text).join('')
  if (/^[\s\d().+-]{5,32}$/.test(text)) return 'is a telephone number, not an e-mail address'
  return words(tokens).length === 1 ? 'is a bare name, not an e-mail address' : NO_ADDRESS
}
