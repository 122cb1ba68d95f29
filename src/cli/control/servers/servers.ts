import type {
  ServerDetail,
  ServerSummary,
  Servers,
  ToolView,
} from '../../../admin/servers/ports.ts'
import type { Override } from '../../../catalog/classify.ts'
import type { Config } from '../../../config/config.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import { isObject, type JsonObject } from '../../../kernel/json.ts'
import { askServer } from '../../ask-server.ts'
import type { OfferedTool } from '../../catalog-port.ts'
import { hintsOf } from '../../operator-words.ts'
import type { ControlParts } from '../administration.ts'
import { containmentOf } from './containment.ts'
import { questionsOf, questionsOfVirtual } from './questions.ts'
import { claimOf, reachingOf, stateOf } from './show-server.ts'
import { showTool } from './show-tool.ts'

type Parts = Pick<ControlParts, 'config' | 'catalog' | 'classes' | 'links' | 'upstreams' | 'starts'>

/** Fills in the port of servers. */
export function serversPort(parts: Parts): Servers {
  const { config, catalog, classes } = parts
  const find = (name: string): ServerDetail | undefined =>
    isConfigured(config, name) ? detailOf(parts, name) : undefined
  const known = (name: string): ServerDetail => {
    const server = find(name)
    if (server === undefined) throw new GatewayError('item_unknown', 'there is no such server')
    return server
  }
  return {
    list: () => namesOf(config).map((name) => summaryOf(parts, name)),
    find,
    async refresh(name) {
      known(name)
      const sources = sourcesOf(config, name)
      await Promise.all(sources.map((source) => listAgain(parts, source)))
      return known(name)
    },
    async classify(by, about) {
      known(about.server)
      const isKnown =
        classes.stated(about.server, about.tool) !== undefined ||
        catalog.toolsOf(about.server).some(({ name }) => name === about.tool)
      if (!isKnown) throw unknownTool()
      const { roles, fields } = about.classes ?? {}
      if (Object.hasOwn(config.virtual, about.server) && (roles ?? fields) !== undefined)
        throw notItsOwn()
      await classes.state(by, about)
      const tool = catalog.toolsOf(about.server).find(({ name }) => name === about.tool)
      if (tool === undefined) throw unknownTool()
      return viewOf(parts, about.server, tool)
    },
  }
}

function notItsOwn(): GatewayError {
  return new GatewayError(
    'params_invalid',
    'arguments and fields of a virtual tool are those of the tool that it narrows: say it there',
  )
}

function unknownTool(): GatewayError {
  return new GatewayError(
    'item_unknown',
    'there is no such tool; ask its server again what it offers',
  )
}

function namesOf({ servers, virtual }: Config): readonly string[] {
  return [...Object.keys(servers), ...Object.keys(virtual)]
}

function isConfigured({ servers, virtual }: Config, name: string): boolean {
  return Object.hasOwn(servers, name) || Object.hasOwn(virtual, name)
}

/** The real servers behind a name. */
function sourcesOf({ servers, virtual }: Config, name: string): readonly string[] {
  if (Object.hasOwn(servers, name)) return [name]
  return [...new Set(Object.values(virtual[name]?.tools ?? {}).map(({ of }) => of.server))]
}

async function listAgain({ upstreams, links, catalog }: Parts, name: string): Promise<void> {
  const server = upstreams.find((one) => one.name === name)
  if (server === undefined) throw new GatewayError('params_invalid', 'the server is disabled')
  const { tools, prompts } = await askServer(links.openLink, server)
  await learn(catalog, name, 'tools', tools.filter(isObject))
  await learn(catalog, name, 'prompts', prompts.filter(isObject))
}

async function learn(
  catalog: Parts['catalog'],
  server: string,
  kind: 'tools' | 'prompts',
  items: readonly JsonObject[],
): Promise<void> {
  const list = { items, exact: () => items, text: undefined }
  await catalog.see(server, kind, list)
  catalog.learn(server, kind, list)
}

function summaryOf({ config, catalog, links }: Parts, name: string): ServerSummary {
  const server = Object.hasOwn(config.servers, name) ? config.servers[name] : undefined
  const tools = catalog.toolsOf(name)
  const counts = {
    tools: tools.length,
    inferred: tools.filter(({ classification }) => classification.source === 'inferred').length,
    risks: risksOf(tools),
  }
  const meeting = links.of(name)
  const state = stateOf(meeting, catalog.listed(name))
  const claim = claimOf(meeting)
  if (server === undefined)
    return {
      ...{ name, enabled: true, mode: 'enforce', revision: 'auto', state, ...counts },
      reaching: { transport: 'virtual', credentials: [] },
    }
  const { enabled, mode, revision } = server
  return {
    ...{ name, enabled, mode, revision, reaching: reachingOf(server), state, ...counts },
    ...(claim === undefined ? {} : { claim }),
  }
}

function risksOf(tools: readonly OfferedTool[]): ServerSummary['risks'] {
  const risks = { low: 0, medium: 0, high: 0 }
  for (const { classification } of tools) risks[classification.risk] += 1
  return risks
}

function detailOf(parts: Parts, name: string): ServerDetail {
  const { config, catalog } = parts
  const server = Object.hasOwn(config.servers, name) ? config.servers[name] : undefined
  const tools = catalog.toolsOf(name)
  const containment =
    server?.transport === 'stdio' ? containmentOf(server, parts.starts.of(name)) : undefined
  const questions =
    server === undefined
      ? questionsOfVirtual(sourcesOf(config, name), tools, config)
      : questionsOf({ server, tools, listed: catalog.listed(name), containment })
  const leftOut = catalog
    .leftOut()
    .filter((finding) => finding.server === name)
    .map(({ item, problem }) => ({ item, problem }))
  return {
    ...summaryOf(parts, name),
    questions,
    ...(containment && { containment }),
    toolList: tools.map((tool) => viewOf(parts, name, tool)),
    prompts: catalog.promptsOf(name),
    leftOut,
  }
}

function viewOf(
  { config, classes }: Parts,
  server: string,
  tool: Parameters<typeof showTool>[0],
): ToolView {
  // The arguments that a server gets are those of the tool behind.
  const origin = tool.of ?? { server, name: tool.name }
  const hints = hintsOf(config.servers, classes.of, origin.server, origin.name)
  return showTool(
    tool,
    writtenOf(config, server, tool.name),
    classes.stated(server, tool.name),
    hints,
  )
}

/** What the configuration says of a tool. */
function writtenOf(
  { servers, virtual }: Config,
  server: string,
  tool: string,
): Override | undefined {
  const own = servers[server]?.tools
  if (own !== undefined) return Object.hasOwn(own, tool) ? own[tool] : undefined
  const narrowed = virtual[server]?.tools
  return narrowed && Object.hasOwn(narrowed, tool) ? narrowed[tool]?.classes : undefined
}
