import { type Evidence, evidence } from '../evidence.ts'
import type { ServerFacts } from '../facts.ts'
import { CAPABILITIES, type Capability, type Statement, type Sureness } from './capability.ts'
import { type KindEvidence, kindsOf } from './kinds.ts'
import { type KnownTool, reachOf } from './tool-reach.ts'

/** What can happen through a server, in the two ways in which things go wrong. One statement per capability. */
export interface BlastRadius {
  /** The model was talked into it, and the server does what it was made for. */
  readonly tricked: readonly Statement[]
  /** The server's own code means harm. */
  readonly malicious: readonly Statement[]
}

/**
 * What can happen through a server. With definitions of its tools their classes decide what a tricked model
 * reaches; without, generic evidence does, and where there is none it is unknown.
 */
export function blastRadius(facts: ServerFacts, tools?: readonly KnownTool[]): BlastRadius {
  return {
    tricked: CAPABILITIES.map((capability) => tricked(facts, capability, tools)),
    malicious: CAPABILITIES.map((capability) => malicious(facts, capability)),
  }
}

function tricked(
  facts: ServerFacts,
  capability: Capability,
  tools: readonly KnownTool[] | undefined,
): Statement {
  if (capability === 'credentials') return used(facts)
  const said = TRICKED[capability]
  const found = tools === undefined ? byKinds(facts, capability) : reachOf(tools, capability)
  const { sure, evidence: why } = fenced(facts, capability, found)
  return { capability, sure, text: sentence('the model', sure, said), evidence: why }
}

const TRICKED: Readonly<Record<Exclude<Capability, 'credentials'>, string>> = {
  read: 'read what the server reads',
  write: 'change or delete what the server writes',
  execute: 'run commands or code through the server',
  network: 'send data to others through the server',
}

interface Reach {
  readonly sure: Sureness
  readonly evidence: readonly Evidence[]
}

function byKinds(facts: ServerFacts, capability: Capability): Reach {
  const found: readonly KindEvidence[] = kindsOf(facts).filter(({ can }) =>
    can.includes(capability),
  )
  if (found.length === 0) return { sure: 'unknown', evidence: [] }
  const sure = found.some((one) => one.sure === 'can') ? 'can' : 'may'
  return { sure, evidence: found.map((one) => one.evidence) }
}

/** A container without a network sends nothing, whatever its tools are called. */
function fenced(facts: ServerFacts, capability: Capability, reach: Reach): Reach {
  const { destinations } = facts
  const closed = destinations.known && destinations.hosts.length === 0
  if (capability !== 'network' || !closed) return reach
  return { sure: 'cannot', evidence: destinations.evidence }
}

function sentence(who: string, sure: Sureness, what: string): string {
  switch (sure) {
    case 'can':
      return `${who} can ${what}`
    case 'may':
      return `by its name, ${who} can ${what}`
    case 'unknown':
      return `nothing says whether ${who} can ${what}`
    case 'not_seen':
      return `nothing that is known lets ${who} ${what}`
    case 'cannot':
      return `${who} cannot ${what}`
  }
}

/** What the server is shown who uses it by acts for whoever steers it. */
function used({ authentication }: ServerFacts): Statement {
  const { kind, evidence: why } = authentication
  const sure = USED[kind]
  const text = sentence('the model', sure, 'act with the credentials that the server holds')
  return { capability: 'credentials', sure, text, evidence: why }
}

const USED: Readonly<Record<ServerFacts['authentication']['kind'], Sureness>> = {
  static: 'can',
  oauth: 'can',
  none: 'not_seen',
  not_visible: 'unknown',
}

function malicious(facts: ServerFacts, capability: Capability): Statement {
  const {
    sure,
    text,
    evidence: why,
  } = facts.runs === 'elsewhere' ? elsewhere(facts, capability) : here(facts, capability)
  return { capability, sure, text, evidence: why }
}

type Said = Omit<Statement, 'capability'>

function elsewhere(facts: ServerFacts, capability: Capability): Said {
  const at = facts.destinations.evidence
  switch (capability) {
    case 'read':
      return {
        sure: 'can',
        text: 'it reads whatever is sent to it; no files of this machine',
        evidence: at,
      }
    case 'write':
      return {
        sure: 'cannot',
        text: 'it does not run on this machine: it changes no files of it',
        evidence: at,
      }
    case 'execute':
      return {
        sure: 'cannot',
        text: 'it does not run on this machine: it starts nothing on it',
        evidence: at,
      }
    case 'network':
      return { sure: 'can', text: 'it passes on whatever is sent to it', evidence: at }
    case 'credentials':
      return taken(facts)
  }
}

function here(facts: ServerFacts, capability: Capability): Said {
  const { isolation, container } = facts
  if (capability === 'credentials') return taken(facts)
  if (isolation.kind === 'profile')
    return {
      sure: 'unknown',
      text: 'it runs within a profile, which decides; what it allows is not known here',
      evidence: isolation.evidence,
    }
  if (container === undefined || isolation.kind === 'weak') return free(facts, capability)
  return contained(facts, container, capability)
}

const FREE: Readonly<Record<Exclude<Capability, 'credentials'>, string>> = {
  read: 'it reads every file that its user reads: keys, browser profiles, sources',
  write: 'it changes and deletes every file that its user may, start scripts too',
  execute: 'it runs any program as its user',
  network: 'it connects to anything that this machine reaches',
}

function free(
  { isolation, runsAs }: ServerFacts,
  capability: Exclude<Capability, 'credentials'>,
): Said {
  const user = runsAs.as === 'administrator' ? ', as an administrator' : ''
  return {
    sure: 'can',
    text: `${FREE[capability]}${user}`,
    evidence: [...isolation.evidence, ...runsAs.evidence],
  }
}

function contained(
  { destinations }: ServerFacts,
  container: NonNullable<ServerFacts['container']>,
  capability: Exclude<Capability, 'credentials'>,
): Said {
  const image = [evidence('args', container.image ?? '')]
  const mounts = container.mounts.filter(({ readOnly }) => capability === 'read' || !readOnly)
  const said = mounts.map(({ said: text }) => evidence('args', text))
  if (capability === 'execute')
    return { sure: 'can', text: 'it runs any program within its container', evidence: image }
  if (capability === 'network')
    return container.network === 'none'
      ? { sure: 'cannot', text: 'its container has no network', evidence: destinations.evidence }
      : { sure: 'can', text: 'it connects to anything that containers reach', evidence: image }
  if (said.length === 0)
    return {
      sure: 'cannot',
      text: `no file of this machine is there to ${capability}`,
      evidence: image,
    }
  const verb = capability === 'read' ? 'reads' : 'changes and deletes'
  return { sure: 'can', text: `it ${verb} what is mounted, and nothing else`, evidence: said }
}

function taken({ authentication, runs, isolation, credentials }: ServerFacts): Said {
  const why = authentication.evidence
  if (authentication.kind === 'static' || credentials.length > 0)
    return {
      sure: 'can',
      text: 'it keeps and passes on the credentials that it is given',
      evidence: why,
    }
  if (runs === 'here' && ['none', 'weak'].includes(isolation.kind))
    return {
      sure: 'can',
      text: 'it is given none, and reads those that lie in files of its user',
      evidence: isolation.evidence,
    }
  if (authentication.kind === 'oauth')
    return {
      sure: 'can',
      text: 'it keeps and passes on the tokens that it is shown',
      evidence: why,
    }
  const sure = authentication.kind === 'none' ? 'not_seen' : 'unknown'
  return { sure, text: 'no credential that it is given can be seen', evidence: why }
}
