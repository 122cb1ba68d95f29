import type { SandboxDenial } from '../../kernel/sandbox.ts'
import { isVisible, spellOut } from '../../kernel/visible-text.ts'
import { withheldHost, withheldPath } from './offer.ts'

const MAX_TARGET = 300
const MAX_SUGGESTION = 300
const MAX_WORD = 60

/**
 * A denial as it may be recorded and shown: what a server chose to name is spelled out and cut, and the
 * suggestion opens nothing that nobody should be led to open.
 */
export function safeDenial(denial: SandboxDenial): SandboxDenial {
  const { server, layer, op, target, reason } = denial
  const suggestion = suggestionOf(denial)
  return {
    server,
    layer,
    op: spellOut(op, MAX_WORD),
    target: spellOut(target, MAX_TARGET),
    reason: spellOut(reason, MAX_WORD),
    ...(suggestion === undefined ? {} : { suggestion }),
  }
}

/** Reasons that a wider profile would mend. All others are attacks, or nobody can tell. */
const MENDED: ReadonlySet<string> = new Set([
  'host-not-listed',
  'port-not-listed',
  'not-mounted',
  'read-only',
])

function suggestionOf(denial: SandboxDenial): string | undefined {
  const { layer, suggestion } = denial
  if (suggestion === undefined && !MENDED.has(denial.reason)) return undefined
  if (layer === 'net' || layer === 'dns') {
    const { host, port } = hostAndPort(denial.target)
    if (withheldHost(host) !== undefined) return undefined
    return shown(suggestion ?? hostSetting(denial.server, host, port))
  }
  if (layer !== 'fs') return shown(suggestion)
  if (withheldPath(denial.target) !== undefined) return undefined
  const list = denial.reason === 'read-only' ? 'rw' : 'ro'
  return shown(
    suggestion ?? `servers.${denial.server}.sandbox.fs.${list}: [${JSON.stringify(denial.target)}]`,
  )
}

function shown(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= MAX_SUGGESTION && isVisible(text) ? text : undefined
}

function hostSetting(server: string, host: string, port: number | undefined): string {
  const rule = port === undefined || port === 443 ? host : `{ host: ${host}, ports: [${port}] }`
  return `servers.${server}.sandbox.network.allow: [${rule}]`
}

/** A target of the network in its parts: `host`, `host:port`, `[::1]:port` or a bare IPv6 address. */
export function hostAndPort(target: string): { readonly host: string; readonly port?: number } {
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(target)
  const plain = /^([^:]*):(\d{1,5})$/.exec(target)
  const [, host, port] = bracketed ?? plain ?? [undefined, target]
  const name = (host ?? '').toLowerCase().replace(/\.$/, '')
  return port === undefined ? { host: name } : { host: name, port: Number(port) }
}
