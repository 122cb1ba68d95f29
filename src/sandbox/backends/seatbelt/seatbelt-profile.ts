import type { InForce } from '../../../kernel/sandbox.ts'
import { type BackendPlan, mountsOf, plain, refuse } from '../plan.ts'

/** What programs need of the system to start at all: read-only. */
const SYSTEM = [
  ...['/usr', '/bin', '/sbin', '/System', '/Library/Apple', '/opt/homebrew', '/private/etc/ssl'],
  ...['/private/etc/localtime', '/private/var/db/timezone', '/private/var/db/dyld'],
]
const DEVICES = ['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom', '/dev/dtracehelper']

/** Services without which no program of the system's library runs. */
const MACH = [
  'com.apple.system.logger',
  'com.apple.system.notification_center',
  'com.apple.system.opendirectoryd.libinfo',
]

/**
 * The text that `sandbox-exec` puts in force: everything is denied that is not listed. Paths are those of the
 * machine, since a profile moves nothing.
 *
 * @param temporary a folder of the server's own, with all links resolved.
 * @throws GatewayError `sandbox_unavailable` for what macOS cannot put in force.
 */
export function seatbeltProfile(plan: BackendPlan, temporary: string): string {
  const { server, profile } = plan.launch
  const quote = (what: string) => quoted(server, what)
  const within = (path: string) => `  (subpath ${quote(path)})`
  const mounts = mountsOf(plan)
  const moved = mounts.find(({ from, to }) => from !== to)
  if (moved !== undefined) {
    const why = `path \`${moved.to}\` is another on this machine, and macOS moves none`
    throw refuse(server, why, 'mount it where it is')
  }
  const writable = mounts.filter((mount) => mount.writable).map(({ from }) => from)
  const masks = plan.masks.flatMap(({ kind, from }) =>
    kind.startsWith('hide')
      ? [`(deny file-read* file-write* (subpath ${quote(from)}))`]
      : [`(deny file-write* (subpath ${quote(from)}))`],
  )
  return [
    '(version 1)',
    '(deny default)',
    '(allow process-fork)',
    '(allow process-exec)',
    '(allow signal (target same-sandbox))',
    '(allow process-info* (target same-sandbox))',
    '(allow sysctl-read)',
    `(allow mach-lookup\n${MACH.map((name) => `  (global-name ${quote(name)})`).join('\n')})`,
    '(allow file-read-metadata (literal "/") (literal "/private") (literal "/private/tmp"))',
    `(allow file-read*\n${[...SYSTEM, ...mounts.map(({ from }) => from), temporary].map(within).join('\n')})`,
    `(allow file-read* file-write-data\n${DEVICES.map((path) => `  (literal ${quote(path)})`).join('\n')})`,
    `(allow file-write*\n${[...writable, temporary].map(within).join('\n')})`,
    ...masks,
    // Bits that would make a file run as its owner outside.
    '(deny file-write-setugid)',
    ...networkRules(plan),
    ...(profile.syscalls.unixSockets === 'allow'
      ? [`(allow network* (local unix-socket (subpath ${quote(temporary)})))`]
      : []),
    '',
  ].join('\n')
}

/** A string of the profile's language, in which only these two characters mean something else. */
function quoted(server: string, text: string): string {
  const safe = plain(server, `path \`${text}\``, text)
  return `"${safe.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function networkRules({ launch: { server, profile }, proxy }: BackendPlan): string[] {
  if (profile.network.mode === 'none') return []
  if (profile.network.mode === 'unrestricted') return ['(allow network*)', '(allow system-socket)']
  if (proxy === undefined) {
    throw refuse(server, 'no proxy keeps its allowlist on this machine', 'set `network.mode: none`')
  }
  const port =
    Number.isInteger(proxy.port) && proxy.port > 0 && proxy.port < 65_536 ? proxy.port : 0
  if (port === 0) throw refuse(server, 'its proxy has no port', 'set `network.mode: none`')
  return [`(allow network-outbound (remote ip "localhost:${port}"))`]
}

/** How well each control holds on macOS. */
export function seatbeltInForce({ launch: { profile } }: BackendPlan): readonly InForce[] {
  const row = (
    control: InForce['control'],
    strength: InForce['strength'],
    by: string,
    fix = 'run the server on Linux, or in a container',
  ): InForce => (strength === 'hard' ? { control, strength, by } : { control, strength, by, fix })
  return [
    row('identity', 'none', 'user of the gateway'),
    row('files', 'hard', 'seatbelt'),
    profile.network.mode === 'unrestricted'
      ? row('network', 'none', 'the network of this machine', 'name its hosts')
      : row('network', 'hard', 'seatbelt'),
    row('syscalls', 'none', 'nothing on this machine'),
    // A limit there would count everything that the user runs.
    row('processes', 'none', 'nothing on this machine'),
    row('memory', 'none', 'nothing on this machine'),
    row('cpu', 'none', 'nothing on this machine'),
    row('file-size', 'hard', 'ulimit'),
    row('open-files', 'hard', 'ulimit'),
    row('environment', 'hard', 'own environment'),
    row('lifetime', 'soft', 'process group, ended with the server'),
  ]
}
