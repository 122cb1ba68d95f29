import { isIP } from 'node:net'
import type { EgressRule } from '../../kernel/sandbox.ts'
import type { Authority } from './host-name.ts'

/** What a server may reach. */
export interface Allowlist {
  /** The rule for a host and port: the most specific one, and of equals the strictest. */
  find(to: Authority): EgressRule | undefined
  /** Whether a name is allowed at some port: `exact`, or under a suffix. */
  knows(name: string): 'exact' | 'suffix' | undefined
  /** Why there is no rule. */
  missing(to: Authority): 'host-not-listed' | 'port-not-listed' | 'address-not-listed'
}

const STRICTEST_FIRST = ['tls', 'http', 'tcp']

/** @param rules hosts in the form of `readHost`, or `*.` and a name: what lies below it, and not the name itself. */
export function allowlist(rules: readonly EgressRule[]): Allowlist {
  const byHost = new Map<string, EgressRule[]>()
  for (const rule of rules) {
    const same = byHost.get(rule.host) ?? []
    same.push(rule)
    same.sort(compareStrictness)
    byHost.set(rule.host, same)
  }
  const candidates = function* (host: string): Generator<EgressRule> {
    yield* byHost.get(host) ?? []
    if (isIP(host) !== 0) return
    for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1))
      yield* byHost.get(`*${host.slice(dot)}`) ?? []
  }
  const knows = (name: string): 'exact' | 'suffix' | undefined => {
    const [first] = candidates(name)
    if (first === undefined) return undefined
    return first.host === name ? 'exact' : 'suffix'
  }
  return {
    find: ({ host, port }) => {
      for (const rule of candidates(host)) if (rule.ports.includes(port)) return rule
      return undefined
    },
    knows,
    missing: ({ host }) => {
      if (knows(host) !== undefined) return 'port-not-listed'
      return isIP(host) === 0 ? 'host-not-listed' : 'address-not-listed'
    },
  }
}

function leeway({ allowPrivate, encryptedHello = false }: EgressRule): number {
  return Number(allowPrivate) + Number(encryptedHello)
}

function compareStrictness(a: EgressRule, b: EgressRule): number {
  const proto = STRICTEST_FIRST.indexOf(a.proto) - STRICTEST_FIRST.indexOf(b.proto)
  return proto || leeway(a) - leeway(b)
}
