import type { Config, ServerConfig } from '../../config/config.ts'
import { isLoopback } from '../../config/loopback.ts'
import type { UpstreamServer } from '../../gateway/watched-links.ts'
import { GatewayError } from '../../kernel/errors.ts'
import { type ContainedLinks, containedLinks } from '../containment/contained-links.ts'
import type { Context } from '../context.ts'
import { credentialOf, credentialText } from '../server-credential.ts'
import { commandServers } from '../vault/command-servers.ts'
import { packageVersion } from '../version.ts'
import { type Finding, findingOf } from './finding.ts'

type Upstream = UpstreamServer

/** Whether each enabled server answers a handshake, and in which era. */
export async function checkServers(config: Config, context: Context): Promise<readonly Finding[]> {
  let servers: readonly Upstream[]
  try {
    servers = await commandServers(config, context)
  } catch (error) {
    return [findingOf('servers', error, 'check `servers` in the configuration')]
  }
  const links = containedLinks(config, context)
  try {
    const checks = servers.map((server) => checkServer(links, server, config.servers[server.name]))
    return (await Promise.all(checks)).flat()
  } finally {
    await links.close()
  }
}

async function checkServer(
  links: ContainedLinks,
  server: Upstream,
  config: ServerConfig | undefined,
): Promise<readonly Finding[]> {
  const check = `server ${server.name}`
  const found = config === undefined ? [] : [inClear(check, config), forAll(check, config)]
  const warnings = found.filter((one) => one !== undefined)
  return [await shakeHands(links, check, server), ...warnings]
}

async function shakeHands(
  links: ContainedLinks,
  check: string,
  server: Upstream,
): Promise<Finding> {
  try {
    const link = await links.openLink({
      server: server.name,
      transport: server.transport,
      revision: server.revision,
      face: { clientInfo: { name: 'bailiwick', version: packageVersion() }, capabilities: {} },
      listener: { onNotification: () => undefined, onRequest: refuseRequest },
      timeout: server.connectTimeout,
      maxMessage: server.maxMessage,
    })
    const { era, claims } = link
    await link.close()
    return { check, state: 'ok', message: `answers in the ${era} era, revision ${claims.revision}` }
  } catch (error) {
    const finding = findingOf(check, error, 'check how it is reached, and its own log')
    const detail = error instanceof GatewayError && error.detail ? `: ${error.detail}` : ''
    const { fix } = error instanceof GatewayError ? (error.data ?? {}) : {}
    const message = finding.message + detail
    return { ...finding, message, ...(typeof fix === 'string' && { fix }) }
  }
}

async function refuseRequest({ id }: { readonly id: string | number }) {
  return { kind: 'error', id, error: { code: -32601, message: 'not taken here' } } as const
}

/** What all show to a server as one: it cannot tell them apart, and what one does, all have done. */
function forAll(check: string, config: ServerConfig): Finding | undefined {
  const credential = credentialOf(check, config)
  if (!credential.shared) return undefined
  return {
    check,
    state: 'warn',
    message: `all who use it come with the same credential: ${credentialText(credential)}`,
    fix: 'give each user their own, by `secret://user/NAME` or by `authorization` with `holder: user`',
  }
}

/** A secret that crosses the network in clear. */
function inClear(check: string, config: ServerConfig): Finding | undefined {
  if (config.transport === 'stdio') return undefined
  const { protocol, hostname } = new URL(config.url)
  const hasSecret = Object.values(config.headers).some(({ kind }) => kind === 'secret')
  if (protocol === 'https:' || isLoopback(hostname) || !hasSecret) return undefined
  const message = 'its secrets cross the network in clear'
  return { check, state: 'warn', message, fix: 'reach it over `https`' }
}
