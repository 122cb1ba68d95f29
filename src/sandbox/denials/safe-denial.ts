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

/** What of the profile would mend a refused file, by reason. All else is an attack, or nobody can tell. */
const LISTS: Readonly<Record<string, 'ro' | 'rw'>> = { 'not-mounted': 'ro', 'read-only': 'rw' }

function suggestionOf({
  server,
  layer,
  target,
  reason,
  suggestion,
}: SandboxDenial): string | undefined {
  if (layer === 'net' || layer === 'dns')
    return withheldHost(hostAndPort(target).host) === undefined ? shown(suggestion) : undefined
  if (layer !== 'fs') return shown(suggestion)
  const list = LISTS[reason]
  if (list === undefined || withheldPath(target) !== undefined) return undefined
  return shown(suggestion ?? `servers.${server}.sandbox.fs.${list}: [${JSON.stringify(target)}]`)
}

function shown(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= MAX_SUGGESTION && isVisible(text) ? text : undefined
}

/** A target of the network in its parts: `host`, `host:port`, `[::1]:port` or a bare IPv6 address. */
export function hostAndPort(target: string): { readonly host: string; readonly port?: number } {
  const bracketed = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(target)
  const plain = /^([^:]*):(\d{1,5})$/.exec(target)
  const [, host, port] = bracketed ?? plain ?? [undefined, target]
  const name = (host ?? '').toLowerCase().replace(/\.$/, '')
  return port === undefined ? { host: name } : { host: name, port: Number(port) }
}
