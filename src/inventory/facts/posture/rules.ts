import type { ConfigProblem } from '../../../kernel/inventory.ts'
import { reusedCredentials } from '../credentials/credentials.ts'
import { type Evidence, evidence } from '../evidence.ts'
import type { ServerFacts } from '../facts.ts'
import type { Combination } from '../reach/combinations.ts'
import { agentic, aisvs, type FrameworkId, mcp } from './frameworks.ts'

/** All that a posture is worked out from. */
export interface PostureFacts {
  readonly servers: readonly ServerFacts[]
  /** Of the servers that are reached past the gateway. */
  readonly combinations: readonly Combination[]
  readonly problems: readonly ConfigProblem[]
  /** Whether a server is reached through the gateway, so that policies and records hold for it. */
  readonly governed: (facts: ServerFacts) => boolean
}

/** Something that was looked at, and how it stands. */
export interface Looked {
  /** A server, a host or a file. */
  readonly subject: string
  readonly file?: string
  readonly state: 'met' | 'not_met' | 'unknown'
  readonly evidence: readonly Evidence[]
}

/** One thing that makes a posture better or worse. */
export interface PostureRule {
  readonly id: string
  readonly title: string
  /** Points of the sum; relative to those of the others. */
  readonly weight: number
  readonly severity: 'low' | 'medium' | 'high' | 'critical'
  /** One public sentence. */
  readonly why: string
  /** What to run, or to do. */
  readonly fix: string
  readonly frameworks: readonly FrameworkId[]
  /** What the rule applies to; none: it says nothing, and does not count. */
  readonly look: (facts: PostureFacts) => readonly Looked[]
}

export const POSTURE_RULES: readonly PostureRule[] = [
  {
    id: 'servers-governed',
    title: 'Servers are reached through the gateway',
    weight: 20,
    severity: 'medium',
    why: 'what goes past the gateway is under no policy and in no record',
    fix: 'bailiwick adopt',
    frameworks: [...mcp('MCP08', 'MCP09'), ...agentic('ASI02'), ...aisvs('10.1.2', '10.2.5')],
    look: ({ servers, governed }) =>
      servers.map((server) => looked(server, governed(server), server.runsAs.evidence)),
  },
  {
    id: 'no-credentials-in-files',
    title: 'No credential stands in plain text in a file',
    weight: 20,
    severity: 'high',
    why: 'every program of the user, every copy and every commit of the file takes it along',
    fix: 'bailiwick adopt',
    frameworks: [...mcp('MCP01'), ...agentic('ASI03'), ...aisvs('9.5.4')],
    look: ({ servers }) =>
      servers.map((server) =>
        looked(
          server,
          server.credentials.length === 0,
          server.credentials.map(({ at, kind, masked }) =>
            evidence(at.join('/'), `${kind} ${masked}`),
          ),
        ),
      ),
  },
  {
    id: 'no-reused-credentials',
    title: 'No two servers share a credential',
    weight: 5,
    severity: 'medium',
    why: 'whoever takes it from one server has the others as well',
    fix: 'bailiwick adopt, then bailiwick secrets rotate',
    frameworks: [...mcp('MCP01', 'MCP02'), ...agentic('ASI03')],
    look: sharing,
  },
  {
    id: 'links-protected',
    title: 'Nothing goes in clear text to another machine',
    weight: 10,
    severity: 'high',
    why: 'anybody on the way reads it, and answers in its place',
    fix: 'use the https address of the server: bailiwick servers add NAME https://…',
    frameworks: [...mcp('MCP07'), ...agentic('ASI07'), ...aisvs('10.3.1')],
    look: ({ servers }) =>
      servers
        .filter(({ link }) => link.kind !== 'pipe')
        .map((server) =>
          server.link.kind === 'unknown'
            ? { ...looked(server, false, server.link.evidence), state: 'unknown' as const }
            : looked(server, server.link.kind !== 'clear', server.link.evidence),
        ),
  },
  {
    id: 'versions-pinned',
    title: 'What is started is pinned',
    weight: 15,
    severity: 'medium',
    why: 'whoever publishes the next version, or takes the account over, runs code here',
    fix: 'bailiwick packages install',
    frameworks: [...mcp('MCP04'), ...agentic('ASI04'), ...aisvs('10.1.1')],
    look: (facts) =>
      past(facts)
        .filter((server) => server.package !== undefined)
        .map((server) => {
          const floating = server.remoteCode.filter(({ kind }) => kind !== 'piped')
          return looked(
            server,
            floating.length === 0,
            floating.map((one) => one.evidence),
          )
        }),
  },
  {
    id: 'no-piped-code',
    title: 'No answer of a URL is run at once',
    weight: 5,
    severity: 'critical',
    why: 'nobody has seen what runs, and each start may run something else',
    fix: 'bailiwick packages install',
    frameworks: [...mcp('MCP04', 'MCP05'), ...agentic('ASI04', 'ASI05'), ...aisvs('10.1.1')],
    look: (facts) =>
      past(facts)
        .filter(({ runs }) => runs === 'here')
        .map((server) => {
          const piped = server.remoteCode.filter(({ kind }) => kind === 'piped')
          return looked(
            server,
            piped.length === 0,
            piped.map((one) => one.evidence),
          )
        }),
  },
  {
    id: 'servers-isolated',
    title: 'Servers on this machine are walled in',
    weight: 10,
    severity: 'medium',
    why: 'a server without walls may do all that its user may',
    fix: 'bailiwick adopt, then bailiwick sandbox show NAME',
    frameworks: [...mcp('MCP05'), ...agentic('ASI05'), ...aisvs('10.1.3')],
    look: (facts) =>
      past(facts)
        .filter(({ runs }) => runs === 'here')
        .map((server) => {
          const { kind, evidence: why } = server.isolation
          return looked(server, kind !== 'none' && kind !== 'weak', why)
        }),
  },
  {
    id: 'no-administrators',
    title: 'No server runs as an administrator',
    weight: 5,
    severity: 'high',
    why: 'what goes wrong in it goes wrong for the whole machine',
    fix: 'start it as a user of its own: take sudo, or --user root, out of its command',
    frameworks: [...mcp('MCP02'), ...agentic('ASI03'), ...aisvs('10.1.3')],
    look: (facts) =>
      past(facts)
        .filter(({ runs, runsAs }) => runs === 'here' && runsAs.known)
        .map((server) =>
          looked(server, server.runsAs.as !== 'administrator', server.runsAs.evidence),
        ),
  },
  {
    id: 'no-way-out-for-private-data',
    title: 'Strangers cannot have private data sent out',
    weight: 5,
    severity: 'high',
    why: 'what one server hands out can talk the model into sending away what another holds',
    fix: 'bailiwick adopt, then bailiwick policy init',
    frameworks: [...mcp('MCP06', 'MCP10'), ...agentic('ASI01', 'ASI02'), ...aisvs('9.5.1')],
    look: (facts) => combined(facts, 'private_untrusted_way_out'),
  },
  {
    id: 'no-execution-beside-network',
    title: 'What comes from elsewhere is not run',
    weight: 3,
    severity: 'high',
    why: 'one server brings what another one runs',
    fix: 'bailiwick adopt, then bailiwick policy init',
    frameworks: [...mcp('MCP05', 'MCP06'), ...agentic('ASI05', 'ASI08'), ...aisvs('9.5.1')],
    look: (facts) => combined(facts, 'execute_network'),
  },
  {
    id: 'files-readable',
    title: 'Every file of a host could be read',
    weight: 2,
    severity: 'low',
    why: 'what could not be read may hold anything',
    fix: 'bailiwick inventory',
    frameworks: [...mcp('MCP09'), ...aisvs('10.1.2')],
    look: ({ servers, problems }) => files(servers, problems),
  },
]

function looked({ name, file }: ServerFacts, met: boolean, why: readonly Evidence[]): Looked {
  return { subject: name, file, state: met ? 'met' : 'not_met', evidence: met ? [] : why }
}

function sharing({ servers }: PostureFacts): readonly Looked[] {
  const shared = reusedCredentials(servers.flatMap(({ credentials }) => credentials))
  return servers
    .filter(({ credentials }) => credentials.length > 0)
    .map((server) => {
      const others = shared.flatMap(({ masked, places }) => {
        const isHere = places.some((one) => one.server === server.name && one.file === server.file)
        return isHere
          ? places.map((one) => evidence(`${one.file}#${one.at.join('/')}`, masked))
          : []
      })
      return looked(server, others.length === 0, others)
    })
}

/** Servers that hosts reach past the gateway: an entry that leads to it is no server of its own. */
function past({ servers, governed }: PostureFacts): readonly ServerFacts[] {
  return servers.filter((facts) => !governed(facts))
}

/** One row for each host: whether its servers make such a combination. */
function combined(facts: PostureFacts, kind: Combination['kind']): readonly Looked[] {
  const { combinations } = facts
  const hosts = [
    ...new Set(
      past(facts)
        .filter(({ enabled }) => enabled)
        .map(({ host }) => host),
    ),
  ]
  return hosts.map((host) => {
    const found = combinations.filter((one) => one.host === host && one.kind === kind)
    const worst = found.some(({ sure }) => sure !== 'unknown') ? 'not_met' : 'unknown'
    return {
      subject: host,
      state: found.length === 0 ? 'met' : worst,
      evidence: found.flatMap(({ parts }) =>
        parts.map(({ leg, servers: all }) =>
          evidence(leg, all.map(({ server, sure }) => `${server} (${sure})`).join(', ')),
        ),
      ),
    }
  })
}

/** A finding of style is none of these: they are those after which a file was not, or not wholly, read. */
const HIDES: ReadonlySet<ConfigProblem['kind']> = new Set([
  ...(['unreadable', 'too_large', 'binary', 'symlink', 'foreign_owner'] as const),
  ...(['malformed', 'entry_malformed', 'duplicate_name', 'changed_meanwhile'] as const),
])

function files(
  servers: readonly ServerFacts[],
  problems: readonly ConfigProblem[],
): readonly Looked[] {
  const hiding = problems.filter(({ kind }) => HIDES.has(kind))
  const all = new Set([...servers, ...hiding].map(({ file }) => file))
  return [...all].map((file) => {
    const here = hiding.filter((one) => one.file === file)
    const why = here.map(({ kind, at = [] }) => evidence(at.join('/'), kind))
    return { subject: file, file, state: here.length === 0 ? 'met' : 'not_met', evidence: why }
  })
}
