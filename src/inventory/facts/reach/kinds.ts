import type { Evidence } from '../evidence.ts'
import { evidence } from '../evidence.ts'
import type { ServerFacts } from '../facts.ts'
import type { Capability } from './capability.ts'

/** What a combination of servers is dangerous by. */
export const LEGS = ['private', 'untrusted', 'way_out', 'execute', 'network'] as const
export type Leg = (typeof LEGS)[number]

/** A kind of server, known by generic words in the names of what it starts. */
interface ServerKind {
  readonly words: ReadonlySet<string>
  readonly can: readonly Capability[]
  readonly legs: readonly Leg[]
  /** What such servers do, for a sentence. */
  readonly does: string
}

function kind(
  words: string,
  can: readonly Capability[],
  legs: readonly Leg[],
  does: string,
): ServerKind {
  return { words: new Set(words.split(' ')), can, legs, does }
}

const KINDS: readonly ServerKind[] = [
  kind(
    'filesystem files file fs folder folders directory drive gdrive onedrive dropbox sharepoint obsidian notes vault',
    ['read', 'write'],
    ['private'],
    'reads and writes files',
  ),
  kind(
    'shell terminal bash zsh powershell exec execute command commands commander cmd ssh tmux repl interpreter sandbox kubectl kubernetes k8s docker ansible terraform jupyter',
    ['read', 'write', 'execute', 'network'],
    ['private', 'way_out', 'execute', 'network'],
    'runs commands',
  ),
  kind(
    'postgres postgresql mysql mariadb sqlite sqlserver mssql oracle mongodb mongo redis clickhouse snowflake bigquery supabase database databases db sql duckdb elasticsearch opensearch cassandra neo4j dynamodb redshift databricks',
    ['read', 'write'],
    ['private'],
    'reads and changes a database',
  ),
  kind(
    'puppeteer playwright browser browsers chrome chromium firefox selenium webdriver devtools',
    ['network', 'execute'],
    ['untrusted', 'way_out', 'network'],
    'opens pages that the model names',
  ),
  kind(
    'fetch http crawl crawler scrape scraper scraping rss download curl',
    ['network'],
    ['untrusted', 'way_out', 'network'],
    'fetches what the model names',
  ),
  kind(
    'search websearch serp wikipedia arxiv news youtube reddit',
    ['network'],
    ['untrusted', 'network'],
    'hands out what strangers wrote',
  ),
  kind(
    'mail gmail email imap smtp outlook calendar slack discord telegram whatsapp teams sms twilio messages chat',
    ['read', 'write', 'network'],
    ['private', 'untrusted', 'way_out', 'network'],
    'reads and sends messages',
  ),
  kind(
    'github gitlab bitbucket gitea jira linear notion confluence asana trello zendesk hubspot salesforce crm atlassian',
    ['read', 'write', 'network'],
    ['private', 'untrusted', 'way_out', 'network'],
    'reads and writes what others work on, too',
  ),
  kind(
    'aws azure gcp cloudflare vercel netlify heroku cloud stripe paypal shopify',
    ['read', 'write', 'network'],
    ['private', 'way_out', 'network'],
    'acts in an account elsewhere',
  ),
  kind('git', ['read', 'write'], ['private'], 'reads and changes repositories'),
]

/** Schemes of connections to databases. */
const DATABASES =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|mssql|sqlserver|clickhouse|cassandra|neo4j|bolt|snowflake|oracle|sqlite|duckdb|jdbc)/

/** What generic evidence says that a server does. */
export interface KindEvidence {
  readonly can: readonly Capability[]
  readonly legs: readonly Leg[]
  readonly does: string
  /** Whether it stands there, rather than in a name. */
  readonly sure: 'can' | 'may'
  readonly evidence: Evidence
}

/** What names, addresses, folders and mounts of an entry say about what its server does. */
export function kindsOf(facts: ServerFacts): readonly KindEvidence[] {
  return [...byNames(facts), ...byAddresses(facts), ...byFolders(facts)]
}

function byNames(facts: ServerFacts): readonly KindEvidence[] {
  return namesOf(facts).flatMap(({ at, name }) => {
    const words = new Set(name.toLowerCase().split(/[^a-z0-9]+/))
    return KINDS.filter(({ words: known }) => [...words].some((word) => known.has(word))).map(
      ({ can, legs, does }) => ({ can, legs, does, sure: 'may', evidence: evidence(at, name) }),
    )
  })
}

function namesOf({ name, package: found, launch, entry, destinations }: ServerFacts): readonly {
  readonly at: string
  readonly name: string
}[] {
  const own = { at: 'name', name }
  if (entry.transport.kind !== 'stdio')
    return [own, ...destinations.hosts.map((host) => ({ at: 'url', name: host }))]
  if (found !== undefined) return [own, { at: 'command', name: found.name }]
  const script = launch?.args.find((arg) => !arg.startsWith('-')) ?? ''
  // Folders above it say where it lies: the last two names say what it is.
  const last = script.split(/[\\/]/).slice(-2).join('/')
  return [own, ...(last === '' ? [] : [{ at: 'command', name: last }])]
}

function byAddresses({ destinations, entry }: ServerFacts): readonly KindEvidence[] {
  if (entry.transport.kind !== 'stdio') return []
  return destinations.evidence
    .filter(({ shown }) => DATABASES.test(shown))
    .map((said) => ({
      can: ['read', 'write'],
      legs: ['private'],
      does: 'is given a database',
      sure: 'can',
      evidence: said,
    }))
}

/** Folders given as arguments, and those that a container sees. */
function byFolders({ launch, container }: ServerFacts): readonly KindEvidence[] {
  if (container !== undefined)
    return container.mounts.map(({ readOnly, said }) => folder(readOnly, evidence('args', said)))
  // The first path may be the program itself.
  const args = launch?.args ?? []
  const from = launch !== undefined && isRuntime(launch.program) ? firstPath(args) + 1 : 0
  return args
    .map((text, at) => ({ text, at }))
    .slice(from)
    .filter(({ text }) => isFolder(text))
    .map(({ text, at }) => folder(false, evidence(`args/${at}`, text)))
}

function folder(readOnly: boolean, said: Evidence): KindEvidence {
  return {
    can: readOnly ? ['read'] : ['read', 'write'],
    legs: ['private'],
    does: readOnly ? 'is given a folder to read' : 'is given a folder',
    sure: 'can',
    evidence: said,
  }
}

function isRuntime(program: string): boolean {
  return /^(?:node|bun|deno|python[\d.]*|ruby|php|java|dotnet|tsx|ts-node|uv)$/.test(program)
}

function firstPath(args: readonly string[]): number {
  return args.findIndex((arg) => !arg.startsWith('-') && arg !== 'run')
}

function isFolder(text: string): boolean {
  const value = text.replace(/^--?[\w-]{1,60}=/, '')
  if (/\.[A-Za-z]\w{0,4}$/.test(value) || /:\/\//.test(value)) return false
  return /^(?:\/[^/]|\/$|~(?:[\\/]|$)|[A-Za-z]:[\\/]|\.{1,2}(?:[\\/]|$)|\$\{?(?:HOME|workspaceFolder|userHome)|%USERPROFILE%)/.test(
    value,
  )
}
