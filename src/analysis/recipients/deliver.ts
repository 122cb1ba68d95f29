import { readHost } from '../hosts/read-host.ts'

/** An address, and where mail to it goes. */
export interface Delivery {
  readonly address: string
  readonly domain: string
  readonly flags: readonly string[]
}

/** RFC 5321, 4.5.3.1, in octets. */
const LONGEST_LOCAL = 64
const LONGEST_ADDRESS = 254

/** Local part and domain as written; a quoted local part with its quotes. */
export interface Written {
  readonly local: string
  readonly domain: string
}

/**
 * All that mail to an address may reach: the domain itself and, where the local part tells that domain
 * to pass it on (`user%domain`, `domain!user`, a quoted address), those too. The first is the address
 * itself. Undefined if it is none.
 */
export function deliveries({ local, domain }: Written): readonly Delivery[] | undefined {
  const reading = readDomain(domain)
  const localFlags = readLocal(local)
  if (reading === undefined || localFlags === undefined) return undefined
  if (Buffer.byteLength(`${local}@${reading.domain}`) > LONGEST_ADDRESS) return undefined
  const main: Delivery = {
    address: `${local}@${reading.domain}`,
    domain: reading.domain,
    flags: [...localFlags, ...reading.flags],
  }
  const others = reading.others.map((other) => ({
    address: `${local}@${other}`,
    domain: other,
    flags: main.flags,
  }))
  return [main, ...others, ...forwards(local)]
}

interface DomainReading {
  readonly domain: string
  readonly others: readonly string[]
  readonly flags: readonly string[]
}

/** A domain by RFC 5321, 4.1.2: a name in ASCII or an internationalised one, or an address in brackets. */
export function readDomain(text: string): DomainReading | undefined {
  if (text.startsWith('[')) return readDomainLiteral(text)
  if (/[%[\]]/.test(text)) return undefined
  const reading = readHost(text)
  if (reading === undefined || reading.flags.includes('odd-host')) return undefined
  const { host, others, flags } = reading
  if (!flags.includes('ip-literal')) return { domain: host, others, flags }
  return { domain: `[${host}]`, others: [], flags: ['domain-literal'] }
}

function readDomainLiteral(text: string): DomainReading | undefined {
  const inner = text.slice(1, -1).replace(/^IPv6:/i, '')
  const host = readHost(inner.includes(':') ? `[${inner}]` : inner)
  if (host === undefined || !host.flags.includes('ip-literal')) return undefined
  return { domain: `[${host.host}]`, others: [], flags: ['domain-literal'] }
}

/** What is unusual about a local part; undefined if it cannot be one. */
function readLocal(local: string): readonly string[] | undefined {
  if (local === '' || Buffer.byteLength(local) > LONGEST_LOCAL) return undefined
  const quoted = local.includes('"')
  // other readers decode it first, and read another address then
  if (local.includes('=?')) return undefined
  if (!quoted && /[\s\p{Cc}"(),:;<>@[\\\]]/u.test(local)) return undefined
  return [
    ...(quoted ? ['quoted'] : []),
    ...(!quoted && /^\.|\.\.|\.$/.test(local) ? ['odd-local'] : []),
    ...(/\P{ASCII}/u.test(local) ? ['utf8-local'] : []),
    ...(/.\+/.test(local) ? ['tag'] : []),
  ]
}

/** Whom the host of an address may pass mail on to: the percent hack, bang paths, quoted addresses. */
function forwards(local: string): readonly Delivery[] {
  const inner = local.normalize('NFKC').replace(/\\(.)/g, '$1').replace(/^"|"$/g, '')
  const words = inner.split(/[\s<>"(),;:]+/)
  return words.flatMap((word) => [...afterSigns(word), ...beforeBangs(word)])
}

function afterSigns(word: string): readonly Delivery[] {
  const [user = '', ...domains] = word.split(/[%@]/)
  // `%40` is a percent sign before `40…` to a mail host, and an at sign to a reader of URLs
  const both = domains.flatMap((domain) => [domain, ...(domain.match(/(?<=^40).+/s) ?? [])])
  return both.flatMap((domain) => forward(user, domain.replace(/!.*$/s, '')))
}

function beforeBangs(word: string): readonly Delivery[] {
  const domains = word.split('!')
  const user = domains.pop() ?? ''
  return domains.flatMap((domain) => forward(user, domain.replace(/^.*[@%]/, '')))
}

function forward(user: string, domain: string): readonly Delivery[] {
  const reading = readDomain(domain)
  if (reading === undefined) return []
  return [
    {
      address: `${user}@${reading.domain}`,
      domain: reading.domain,
      flags: ['routed', ...reading.flags],
    },
  ]
}
