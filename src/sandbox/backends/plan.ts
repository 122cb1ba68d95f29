import { createHash } from 'node:crypto'
import type { Launch, SandboxMount } from '../../kernel/sandbox.ts'
import type { Mask } from '../profile/masks.ts'
import { refusal } from '../refusal.ts'

/** What another backend than bubblewrap needs to know besides the profile. */
export interface BackendPlan {
  readonly launch: Launch
  /** Container image with its digest: `name@sha256:…`. */
  readonly image: string | undefined
  /** Who the server is inside: never 0. */
  readonly uid: number
  /** How the proxy that keeps the allowlist is reached; undefined where nobody runs one. */
  readonly proxy: ProxyPlace | undefined
  /** What lies over parts of the mounts. */
  readonly masks: readonly Mask[]
}

export interface ProxyPlace {
  /** Of the container engine: an internal network that has the proxy in it and no way out. */
  readonly network: string
  /** Name or address of the proxy there. */
  readonly host: string
  readonly port: number
}

/** All that is mounted, with whether it may be written to. The folder that stays is one of them. */
export function mountsOf({ launch }: BackendPlan): readonly (SandboxMount & {
  readonly writable: boolean
})[] {
  const { fs } = launch.profile
  const state = fs.state === undefined ? [] : [{ from: fs.state, to: fs.state, optional: false }]
  return [
    ...fs.ro.map((mount) => ({ ...mount, writable: false })),
    ...[...fs.rw, ...state].map((mount) => ({ ...mount, writable: true })),
  ]
}

/** Refuses what the backend cannot put in force. */
export function refuse(server: string, why: string, fix: string): Error {
  return refusal({ server, reason: 'backend_unavailable', why, fix })
}

/**
 * A value that goes into an argument or a file of a backend, as it is.
 *
 * @throws GatewayError `sandbox_unavailable` for one that could be read as something else: a flag, another
 *   field, another line.
 */
export function plain(server: string, what: string, value: string, forbidden = ''): string {
  const strange = [...value].find(
    (character) => character < ' ' || character === '\u007f' || forbidden.includes(character),
  )
  if (value !== '' && !value.startsWith('-') && strange === undefined) return value
  const fix = 'rename it, or use the backend `bwrap`'
  throw refusal({ server, reason: 'path_refused', why: `${what} cannot be handed on safely`, fix })
}

/** A word that names a server in systems that allow few characters (RFC 1123): two never share one. */
export function labelOf(server: string): string {
  const word = server
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '-')
    .slice(0, 30)
  const digest = createHash('sha256').update(server).digest('hex').slice(0, 10)
  return `bailiwick-${word}-${digest}`
}

/** Variables of the proxy, for programs that read them. */
export function proxyVariables({ host, port }: ProxyPlace): Readonly<Record<string, string>> {
  const url = `http://${host}:${port}`
  return {
    ...{ HTTP_PROXY: url, HTTPS_PROXY: url, http_proxy: url, https_proxy: url },
    ...{ NO_PROXY: '', NODE_USE_ENV_PROXY: '1' },
  }
}
