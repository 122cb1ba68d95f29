import { classify } from '../../catalog/classify.ts'
import { type Contradiction, contradictionsOf } from '../../catalog/contradictions.ts'
import { claimsOf } from '../../catalog/entry.ts'
import type { Config, ServerConfig } from '../../config/config.ts'
import type { Classification } from '../../kernel/access.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { type Standing, standings } from '../admin/standing.ts'
import { CommandError } from '../command-error.ts'
import type { Context } from '../context.ts'
import type { Exit } from '../exit-codes.ts'
import { openGatewayHttp } from '../gateway-http.ts'
import { load } from '../load.ts'
import { mcpClient } from '../mcp-client.ts'
import { findRunning } from '../run-file.ts'
import { credentialOf, credentialText } from '../server-credential.ts'
import { serverTarget, serverView } from '../server-view.ts'
import { printable, show, table, talk } from '../terminal.ts'

/** `bailiwick servers ls`: the servers of the configuration. */
export async function serversList(context: Context): Promise<Exit> {
  const { config, path } = load(context)
  const all = Object.entries(config.servers)
  const of = await standings(context, config)
  const servers = all.map(([name, server]) => ({ ...serverView(name, server), ...of?.(name) }))
  await show(context, { file: path ?? null, servers }, () =>
    table(
      ['NAME', 'TRANSPORT', 'ENABLED', 'REVISION', 'WAITING', 'FINDINGS', 'TARGET'],
      all.map(([name, server]) => [
        name,
        server.transport,
        server.enabled ? 'yes' : 'no',
        server.revision,
        ...standingCells(of?.(name)),
        serverTarget(server),
      ]),
    ),
  )
  if (all.length === 0) talk(context, 'no servers; add one with `bailiwick servers add`')
  return 'ok'
}

/** `-` where nobody knows. */
function standingCells(standing: Standing | undefined): readonly [waiting: string, found: string] {
  if (standing === undefined) return ['-', '-']
  return [String(standing.waiting), String(standing.findings)]
}

/** A tool in the shape that `--json` shows. */
interface ToolView {
  readonly name: string
  readonly classification: Classification
  /** What speaks against the server's claims, or against the class of the configuration. */
  readonly contradictions: readonly Contradiction[]
  /** As the server wrote it; undefined when the gateway was not asked. */
  readonly definition: JsonObject | undefined
}

/** What the running gateway says of a server. */
interface Live {
  readonly discovered: JsonObject
  readonly tools: readonly ToolView[]
}

/**
 * `bailiwick servers show NAME`: the configuration of a server and, when the gateway runs, what it
 * says of the server.
 */
export async function serversShow(context: Context, name: string): Promise<Exit> {
  const { config } = load(context)
  const server = Object.hasOwn(config.servers, name) ? config.servers[name] : undefined
  if (server === undefined)
    throw new CommandError(`there is no server \`${name.slice(0, 100)}\` in the configuration`, {
      exit: 'usage',
      fix: '`bailiwick servers ls` lists them',
    })
  const live = await askGateway(context, config, name, server)
  const tools = live?.tools ?? configuredTools(server)
  const discovered = live?.discovered ?? null
  const standing = (await standings(context, config))?.(name)
  const view = {
    ...serverView(name, server),
    ...standing,
    running: live !== undefined,
    ...{ discovered, tools },
  }
  await show(context, view, () => [
    ...standingText(name, standing),
    ...serverText(name, server, live, tools),
  ])
  return 'ok'
}

function standingText(name: string, standing: Standing | undefined): readonly string[] {
  if (standing === undefined) return []
  const [waiting, found] = standingCells(standing)
  const how = standing.waiting === 0 ? '' : `; \`bailiwick servers diff ${name}\` shows them`
  return [`waiting     ${waiting} definitions${how}`, `findings    ${found}`]
}

async function askGateway(
  context: Context,
  config: Config,
  name: string,
  server: ServerConfig,
): Promise<Live | undefined> {
  if (findRunning(config.dataDir) === undefined) {
    talk(context, 'the gateway does not run: this is what the configuration says')
    return undefined
  }
  const http = openGatewayHttp(config.dataDir)
  try {
    const timeout = config.limits.connectTimeout + config.limits.callTimeout
    const client = mcpClient(http, `/mcp/${name}`, timeout)
    const discovered = await client.request('server/discover')
    const tools = await client.tools()
    return { discovered, tools: tools.map((tool) => liveTool(tool, server)) }
  } catch (error) {
    if (!(error instanceof CommandError && error.exit === 'findings')) throw error
    talk(context, `the gateway cannot say: ${printable(error.message)}`)
    return undefined
  } finally {
    http.close()
  }
}

function liveTool(definition: JsonObject, server: ServerConfig): ToolView {
  const name = String(definition['name'])
  const claims = claimsOf(name, definition)
  const override = Object.hasOwn(server.tools, name) ? server.tools[name] : undefined
  const classification = classify(claims, override)
  return { name, classification, contradictions: contradictionsOf(claims, override), definition }
}

function configuredTools(server: ServerConfig): readonly ToolView[] {
  return Object.entries(server.tools).map(([name, override]) => ({
    name,
    classification: classify({ name }, override),
    contradictions: contradictionsOf({ name }, override),
    definition: undefined,
  }))
}

function serverText(
  name: string,
  server: ServerConfig,
  live: Live | undefined,
  tools: readonly ToolView[],
): readonly string[] {
  const supported = live?.discovered['supportedVersions']
  const rows = [
    ['server', name],
    ['transport', server.transport],
    ['target', serverTarget(server)],
    ['enabled', server.enabled ? 'yes' : 'no'],
    ['revision', server.revision],
    ['is shown', credentialText(credentialOf(name, server))],
    ...(Array.isArray(supported) ? [['speaks', supported.join(', ')]] : []),
  ]
  const list = tools.map(({ name: tool, classification, definition }) => [
    tool,
    classification.effects.join(', '),
    classification.risk,
    classification.reversible ? 'yes' : 'no',
    classification.source === 'catalog' ? 'you' : `guess, ${classification.confidence}`,
    classification.reads.join(', '),
    firstLine(definition?.['description']),
  ])
  const head = ['TOOL', 'EFFECTS', 'RISK', 'REVERSIBLE', 'CLASSED BY', 'READS', 'SAYS OF ITSELF']
  const doubts = tools.flatMap(({ name: tool, contradictions }) =>
    contradictions.map((each) => [tool, contradictionText(each)]),
  )
  return [
    ...rows.map(([key = '', value = '']) => `${key.padEnd(10)}  ${printable(value)}`),
    ...(list.length === 0 ? [] : ['', ...table(head, list)]),
    ...(doubts.length === 0 ? [] : ['', ...table(['TOOL', 'DOES NOT FIT'], doubts)]),
  ]
}

const CLAIMED: Readonly<Record<Contradiction['problem'], string>> = {
  claims_read_only: 'the server says that it only reads',
  claims_not_destructive: 'the server says that it destroys nothing',
  claims_closed_world: 'the server says that it reaches nothing outside',
  class_below_evidence: 'your class does not say so',
}

function contradictionText({ problem, effects, arguments: shown }: Contradiction): string {
  const by = shown.length === 0 ? 'its name' : shown.map((name) => `\`${name}\``).join(', ')
  return `${effects.join(', ')} by ${by}; ${CLAIMED[problem]}`
}

function firstLine(text: unknown): string {
  if (typeof text !== 'string') return ''
  const [line = ''] = text.trim().split('\n', 1)
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`
}
