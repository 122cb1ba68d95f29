import { execFile } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { promisify } from 'node:util'
import { rangesOf } from '../../kernel/address-ranges.ts'
import { isObject, type Json } from '../../kernel/json.ts'
import type { EgressRule } from '../../kernel/sandbox.ts'
import type { NpmTool } from './find-npm.ts'

const TIMEOUT = 30_000
/** Bytes of all settings of npm together. */
const LONGEST = 1 << 20

/** Where packages come from, by the operator's own settings of npm. Holds no token. */
export interface Registries {
  readonly main: URL
  /** `@scope` → its registry. */
  readonly scoped: Readonly<Record<string, URL>>
  /** Certificates to trust besides those of the system. */
  readonly cafile: string | undefined
}

/**
 * Asks npm for the operator's registries. Run outside any project: whoever wrote a `.npmrc` in some folder
 * must not choose where programs come from.
 *
 * @throws Error when npm fails or names what is no address.
 */
export async function registriesOf(
  npm: NpmTool,
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Registries> {
  const [node, cli] = npm.command
  const { stdout } = await promisify(execFile)(node, [cli, 'config', 'list', '--json'], {
    cwd,
    env: { ...env },
    timeout: TIMEOUT,
    maxBuffer: LONGEST,
    windowsHide: true,
  })
  return readRegistries(JSON.parse(stdout))
}

/** Reads what `npm config list --json` prints. @throws Error when a registry is no address. */
export function readRegistries(settings: Json): Registries {
  if (!isObject(settings)) throw new Error('npm does not tell its settings')
  const scoped = Object.entries(settings).flatMap(([key, value]) => {
    const [, scope] = /^(@[^:/]{1,214}):registry$/.exec(key) ?? []
    return scope === undefined ? [] : [[scope, addressOf(value)] as const]
  })
  const { cafile } = settings
  return {
    main: addressOf(settings['registry']),
    scoped: Object.fromEntries(scoped),
    cafile: typeof cafile === 'string' && cafile !== '' ? cafile : undefined,
  }
}

function addressOf(value: Json | undefined): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new Error('a registry of npm is no http address')
  // Tokens belong into settings of their own; one in an address would go into the lockfile.
  if (url.username !== '' || url.password !== '')
    throw new Error('the address of a registry of npm holds a password')
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  return url
}

/** The registry that a package comes from. */
export function registryOf({ main, scoped }: Registries, name: string): URL {
  const [scope] = name.split('/')
  return scoped[scope ?? ''] ?? main
}

/** All registries, each once. */
export function allRegistries({ main, scoped }: Registries): readonly URL[] {
  const all = [main, ...Object.values(scoped)]
  return [...new Map(all.map((url) => [url.href, url])).values()]
}

/**
 * The rules that let an installation reach registries and nothing else. One may lie in a private network when
 * the operator's settings name it and this machine finds it there: a mirror, as many have. What it answers
 * still has to fit to its name (TLS) and to digests.
 */
export async function hostsOf(registries: Registries): Promise<readonly EgressRule[]> {
  const rules = await Promise.all(allRegistries(registries).map(ruleOf))
  return [...new Map(rules.map((rule) => [`${rule.host}:${rule.ports.join()}`, rule])).values()]
}

async function ruleOf(url: URL): Promise<EgressRule> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const tls = url.protocol === 'https:'
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port)
  return {
    host,
    ports: [port],
    proto: tls ? 'tls' : 'http',
    allowPrivate: await liesPrivate(host),
  }
}

async function liesPrivate(host: string): Promise<boolean> {
  const addresses = await lookup(host, { all: true }).catch(() => [])
  return addresses.some(({ address }) => !(rangesOf(address) ?? []).includes('public'))
}
