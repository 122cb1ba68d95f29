import { toGatewayError } from '../../kernel/errors.ts'
import { eraOf } from '../revision.ts'
import type { ChildStream } from './child.ts'
import { upstreamFailure } from './failure.ts'
import { createHttpAgents } from './fresh-agent.ts'
import { legacyRevision } from './handshake.ts'
import { openLegacyHttp } from './http-legacy.ts'
import { modernHttpLink, probeHttp } from './http-modern.ts'
import { type HttpWay, httpTarget } from './http-target.ts'
import { type LaunchServer, launchPlain } from './launch.ts'
import type { Link, LinkOptions, OpenLink, ServerTransport } from './link.ts'
import { createProcessGroups } from './process-group.ts'
import { openSseLink } from './sse-link.ts'
import { openStdioLink, type StdioHost } from './stdio-link.ts'

export interface LinkOpenerOptions {
  /**
   * The environment that every child starts from, under its own `env`: PATH and HOME, as a rule.
   * Nothing else of this process's environment reaches a child, so what is secret in it does not.
   */
  readonly baseEnv: Readonly<Record<string, string>>
  /** Hears each line that a child writes to stderr. It may hold anything: for the log only. */
  readonly onStderr?: (server: string, line: string) => void
  /** Hears once of each stream of a child that floods it; it is read slowly from then on. */
  readonly onFlood?: (server: string, stream: ChildStream) => void
  /** Starts the processes of stdio servers; as they are when absent. */
  readonly launch?: LaunchServer
  /**
   * Sees everything that goes to a server before it does: addresses, headers and bodies, lines, and what
   * processes are started with. What it throws, such as `passthrough_refused`, keeps it from being sent.
   */
  readonly lastLook?: (text: string) => void
}

/** Opens links, and holds what they share. */
export interface LinkOpener {
  readonly openLink: OpenLink
  /** Closes the idle HTTP connections. Links are closed by whoever opened them. */
  close(): void
}

/** Makes the one opener of a process: its HTTP connections and children are kept track of here. */
export function createLinkOpener(options: LinkOpenerOptions): LinkOpener {
  const agents = createHttpAgents()
  const host: StdioHost = {
    groups: createProcessGroups(),
    launch: options.launch ?? launchPlain,
    baseEnv: options.baseEnv,
    onStderr: options.onStderr ?? (() => {}),
    onFlood: options.onFlood ?? (() => {}),
    lastLook: options.lastLook ?? (() => {}),
  }
  return {
    openLink: async (link) => {
      try {
        return await open(
          link,
          { agents, authorizer: link.authorizer, lastLook: options.lastLook },
          host,
        )
      } catch (thrown) {
        const error = toGatewayError(thrown)
        // A server that fails before it has said hello, or cannot even be asked, was not reached.
        if (error.code !== 'upstream_failed' && error.code !== 'internal') throw error
        throw upstreamFailure('upstream_unreachable', link.server, error.detail, thrown)
      }
    },
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

function open(options: LinkOptions, way: HttpWay, host: StdioHost): Promise<Link> {
  const { transport, server } = options
  switch (transport.kind) {
    case 'stdio':
      return openChild(transport, options, host)
    case 'http':
      return openHttpLink(transport, options, way)
    case 'sse':
      return openSseLink(httpTarget(server, transport.url, transport.headers, way), options)
  }
}

/** A process for one principal alone: what it is given, no other gets. */
async function openChild(
  transport: Extract<ServerTransport, { readonly kind: 'stdio' }>,
  options: LinkOptions,
  host: StdioHost,
): Promise<Link> {
  if (options.environment === undefined) return openStdioLink(transport, options, host)
  const env = { ...transport.env, ...(await options.environment()) }
  return openStdioLink({ ...transport, env }, options, host)
}

type HttpTransport = Extract<ServerTransport, { readonly kind: 'http' }>

async function openHttpLink(
  transport: HttpTransport,
  options: LinkOptions,
  way: HttpWay,
): Promise<Link> {
  const { server, revision, timeout, maxMessage } = options
  const start = performance.now()
  const target = httpTarget(server, transport.url, transport.headers, way)
  const http = { target, maxMessage }
  const modernOnly = revision !== 'auto' && revision !== 'legacy' && eraOf(revision) === 'modern'
  let asked = legacyRevision(revision)
  if (revision === 'auto' || modernOnly) {
    const verdict = await probeHttp(http, options, timeout)
    if (verdict.era === 'modern') return modernHttpLink(http, verdict.claims)
    if (modernOnly)
      throw upstreamFailure('upstream_malformed', server, `it does not speak \`${revision}\``)
    asked = verdict.revision ?? asked
  }
  const left = Math.max(1, timeout - (performance.now() - start))
  return openLegacyHttp(http, options, asked, left)
}
