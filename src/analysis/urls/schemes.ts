/** The schemes for which the WHATWG URL standard has rules of their own ("special"), with their ports. */
const SPECIAL: Readonly<Record<string, number | undefined>> = {
  http: 80,
  https: 443,
  ws: 80,
  wss: 443,
  ftp: 21,
  file: undefined,
}

/** Ports of other schemes that programs fetch by (IANA, and the documentation of each). */
const PORTS: Readonly<Record<string, number>> = {
  amqp: 5672,
  amqps: 5671,
  dict: 2628,
  ftps: 990,
  git: 9418,
  'git+ssh': 22,
  gopher: 70,
  gophers: 70,
  imap: 143,
  imaps: 993,
  ldap: 389,
  ldaps: 636,
  mongodb: 27017,
  mqtt: 1883,
  mqtts: 8883,
  mysql: 3306,
  nfs: 2049,
  pop3: 110,
  pop3s: 995,
  postgres: 5432,
  postgresql: 5432,
  redis: 6379,
  rediss: 6379,
  rsync: 873,
  rtsp: 554,
  scp: 22,
  sftp: 22,
  smb: 445,
  smtp: 25,
  smtps: 465,
  ssh: 22,
  'ssh+git': 22,
  svn: 3690,
  'svn+ssh': 22,
  telnet: 23,
  tftp: 69,
}

/** Schemes whose URLs run as code where they are opened; `ext` is a transport of git that runs a command. */
const SCRIPT: ReadonlySet<string> = new Set(['javascript', 'vbscript', 'livescript', 'ext'])

/** Schemes that never name a host to connect to, nor another URL; what follows them is theirs. */
const OPAQUE: ReadonlySet<string> = new Set([
  'about',
  'acct',
  'bitcoin',
  'cid',
  'data',
  'doi',
  'fax',
  'geo',
  'im',
  'magnet',
  'mailto',
  'mid',
  'news',
  'sip',
  'sips',
  'sms',
  'tel',
  'urn',
  'xmpp',
])

/** Media types that a browser shows as a page, with its scripts. */
const ACTIVE =
  /^\s*(?:text\/html|application\/xhtml\+xml|image\/svg|text\/xml|application\/xml|[a-z]+\/(?:x-)?(?:java|ecma)script)/i

/** True for schemes whose authority ends at a backslash too, and whose slashes may be missing. */
export function isSpecial(scheme: string): boolean {
  return Object.hasOwn(SPECIAL, scheme)
}

/** The port that is used when none is written. Undefined when the scheme has none, or is not known. */
export function defaultPort(scheme: string): number | undefined {
  return SPECIAL[scheme] ?? (Object.hasOwn(PORTS, scheme) ? PORTS[scheme] : undefined)
}

/** True for schemes that name no host. */
export function isOpaque(scheme: string): boolean {
  return OPAQUE.has(scheme) || SCRIPT.has(scheme)
}

/** True if opening a URL runs code that stands in it. `rest` is what follows the colon. */
export function runsCode(scheme: string, rest: string): boolean {
  return SCRIPT.has(scheme) || (scheme === 'data' && ACTIVE.test(rest.slice(0, 64)))
}
