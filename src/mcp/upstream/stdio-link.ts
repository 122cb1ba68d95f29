import { toGatewayError } from '../../kernel/errors.ts'
import { type Era, eraOf, NEWEST_MODERN, type Revision } from '../revision.ts'
import { parseServerMessage } from '../wire/parse-message.ts'
import { messageText } from '../wire/serialize.ts'
import { type Child, type ChildStream, startChild } from './child.ts'
import { upstreamFailure } from './failure.ts'
import {
  discoverRequest,
  INITIALIZED,
  initializeRequest,
  legacyRevision,
  ownOutbound,
  readDiscover,
  readInitialize,
  type Verdict,
} from './handshake.ts'
import type { LaunchServer } from './launch.ts'
import type { Link, LinkOptions, ServerClaims, ServerTransport } from './link.ts'
import { createMultiplex, type Multiplex } from './multiplex.ts'
import type { ProcessGroups } from './process-group.ts'

/** What stdio links need besides the options of the link. */
export interface StdioHost {
  readonly groups: ProcessGroups
  readonly launch: LaunchServer
  /** The environment every child starts from; the server's own `env` wins over it. */
  readonly baseEnv: Readonly<Record<string, string>>
  readonly onStderr: (server: string, line: string) => void
  readonly onFlood: (server: string, stream: ChildStream) => void
  /** Sees everything that a server is sent and started with; throws for what must not be sent. */
  readonly lastLook: (text: string) => void
}

type StdioTransport = Extract<ServerTransport, { readonly kind: 'stdio' }>

interface Conversation {
  readonly child: Child
  readonly multiplex: Multiplex
  /** Resolves when the child is gone and every request in flight has failed. */
  readonly closed: Promise<void>
}

// Milliseconds a server gets to answer the probe; a silent one is taken for legacy.
const LONGEST_PROBE = 10_000
// Milliseconds for a child that was only probed to exit; the next one waits for it.
const PROBE_GRACE = 300

/**
 * Starts a child and settles the era (2026-07-28, basic/transports/stdio). With `auto` the child
 * is first asked `server/discover`; on any answer that is not modern, or none, a fresh child gets
 * `initialize`, for servers may settle their era on the first message they see.
 *
 * @throws GatewayError as `OpenLink` does.
 */
export async function openStdioLink(
  transport: StdioTransport,
  options: LinkOptions,
  host: StdioHost,
): Promise<Link> {
  const { revision, timeout, server } = options
  const start = performance.now()
  // Being started is nothing that a server can hurry up: its time begins when it runs.
  let launching = 0
  const begin = async (era: Era): Promise<Conversation> => {
    const before = performance.now()
    try {
      return await converse(transport, options, host, era)
    } finally {
      launching += performance.now() - before
    }
  }
  const modernOnly = revision !== 'auto' && revision !== 'legacy' && eraOf(revision) === 'modern'
  let asked: Revision | undefined

  if (revision === 'auto' || modernOnly) {
    const conversation = await begin('modern')
    const limit = modernOnly ? timeout : Math.min(timeout / 2, LONGEST_PROBE)
    const verdict = await probe(conversation, options, limit, modernOnly)
    if (verdict.era === 'modern') return linkOf('modern', verdict.claims, conversation)
    await conversation.child.stop(PROBE_GRACE)
    if (modernOnly)
      throw upstreamFailure('upstream_malformed', server, `it does not speak ${NEWEST_MODERN}`)
    asked = verdict.revision
  }
  const conversation = await begin('legacy')
  const left = Math.max(1, timeout + launching - (performance.now() - start))
  const claims = await initialize(conversation, options, asked ?? legacyRevision(revision), left)
  return linkOf('legacy', claims, conversation)
}

async function probe(
  conversation: Conversation,
  options: LinkOptions,
  timeout: number,
  strict: boolean,
): Promise<Verdict> {
  const { server, face } = options
  try {
    const outbound = ownOutbound(discoverRequest(face), options, timeout)
    return readDiscover(await conversation.multiplex.request(outbound), server)
  } catch (thrown) {
    const error = toGatewayError(thrown)
    // Silence and death are how a legacy server may take a request that it does not know.
    const silent = error.code === 'upstream_timeout' || error.code === 'upstream_failed'
    if (silent && !strict) return { era: 'legacy', revision: undefined }
    await conversation.child.stop()
    throw error
  }
}

async function initialize(
  conversation: Conversation,
  options: LinkOptions,
  revision: Revision,
  timeout: number,
): Promise<ServerClaims> {
  const { server, face } = options
  const { child, multiplex } = conversation
  try {
    const outbound = ownOutbound(initializeRequest(face, revision), options, timeout)
    const claims = readInitialize(await multiplex.request(outbound), server)
    child.write(messageText(INITIALIZED))
    return claims
  } catch (error) {
    await child.stop()
    throw error
  }
}

async function converse(
  transport: StdioTransport,
  options: LinkOptions,
  host: StdioHost,
  era: Era,
): Promise<Conversation> {
  const { server, listener, maxMessage } = options
  const { command, args, cwd } = transport
  const env = { ...host.baseEnv, ...transport.env }
  for (const text of [command, ...args, ...Object.values(env)]) host.lastLook(text)
  const launched = await host.launch({ server, command, args, cwd, env })
  const multiplex = createMultiplex({
    server,
    era,
    listener,
    send: (text, run) => {
      try {
        if (child.write(text)) return
        run?.fail(upstreamFailure('upstream_failed', server, 'the process does not read'))
      } catch (error) {
        run?.fail(error)
      }
    },
  })
  const malformed = (detail: string) => upstreamFailure('upstream_malformed', server, detail)
  const started = startChild(
    launched,
    {
      maxLine: maxMessage,
      onStderr: (line) => host.onStderr(server, line),
      onFlood: (stream) => host.onFlood(server, stream),
      sink: {
        onLine: (line) => (receiveLine(line, multiplex, server) ? 'expected' : 'unasked'),
        onGarbled: () => multiplex.failOnly(malformed('a line is not UTF-8')),
        onTooLong: (head, tail) => {
          const error = upstreamFailure('upstream_too_large', server, 'a line is too long')
          const id = idAtEdge(head, tail)
          if (id === undefined) multiplex.failOnly(error)
          else multiplex.failOne(id, error)
        },
      },
    },
    host.groups,
  )
  const child: Child = {
    ...started,
    write: (line) => {
      host.lastLook(line)
      return started.write(line)
    },
  }
  const closed = child.exited.then((reason) => {
    multiplex.end(upstreamFailure('upstream_failed', server, reason))
  })
  return { child, multiplex, closed }
}

/**
 * Takes one line of a child's output. What does not look like a message is a log line of a server
 * that does not know better; what does and cannot be read fails the request that waits for it, if
 * it is the only one, and is otherwise dropped: that request then runs into its deadline. Says whether it
 * answered a request.
 */
function receiveLine(line: string, multiplex: Multiplex, server: string): boolean {
  if (!line.startsWith('{')) return false
  try {
    return multiplex.receive(parseServerMessage(line).message)
  } catch (error) {
    multiplex.failOnly(upstreamFailure('upstream_malformed', server, 'a line is no message', error))
    return false
  }
}

/** The id in a message that was not kept, where serializers put it: first, or last. */
function idAtEdge(head: string, tail: string): number | undefined {
  const found =
    /^\{"jsonrpc":"2\.0","id":(\d{1,15}),/.exec(head) ?? /"id":(\d{1,15})\}\s*$/.exec(tail)
  return found === null ? undefined : Number(found[1])
}

function linkOf(era: Era, claims: ServerClaims, conversation: Conversation): Link {
  const { child, multiplex, closed } = conversation
  return {
    era,
    claims,
    request: multiplex.request,
    notify: async (notification) => {
      child.write(messageText(notification))
    },
    closed,
    close: async () => {
      await child.stop()
      await closed
    },
  }
}
