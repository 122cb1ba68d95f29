import { z } from 'zod'
import { DATA_CLASSES } from '../../kernel/access.ts'
import { ARGUMENT_ROLES, SOURCE_TRUSTS } from '../../kernel/flow.ts'
import { found, operation, text, time, times } from '../operation.ts'
import { containmentView } from './containment.ts'
import { QUESTIONS, type ServerDetail, type ServerSummary, type ToolView } from './ports.ts'

const EFFECTS = ['read', 'write', 'delete', 'execute', 'send', 'pay', 'admin'] as const
const classes = {
  effects: z.array(z.enum(EFFECTS)).min(1).max(7),
  reversible: z.boolean(),
  risk: z.enum(['low', 'medium', 'high']),
  reads: z.array(z.enum(DATA_CLASSES)).max(DATA_CLASSES.length),
  trust: z.enum(SOURCE_TRUSTS),
}
const said = <Word extends string>(words: readonly [Word, ...Word[]]) =>
  z
    .record(text(1_024), z.enum(words))
    .refine((record) => Object.keys(record).length <= MOST_SAID, { error: 'too many of them' })
const MOST_SAID = 200
const hints = {
  roles: said(ARGUMENT_ROLES)
    .optional()
    .describe(
      'What its arguments decide, by name or JSON Pointer; without it, what is configured counts.',
    ),
  fields: said(SOURCE_TRUSTS)
    .optional()
    .describe(
      'Who writes which field of what it returns, by name or the end of its JSON Pointer; without it, what is configured counts.',
    ),
}

const reaching = z.object({
  transport: z.enum(['stdio', 'http', 'sse', 'virtual']),
  command: z.string().optional(),
  args: z.array(z.string()).optional(),
  cwd: z.string().optional(),
  url: z.string().optional(),
  credentials: z.array(z.object({ goes: z.string(), reference: z.string().optional() })),
})

const serverView = z.object({
  name: z.string(),
  enabled: z.boolean(),
  mode: z.enum(['enforce', 'observe']),
  revision: z.string(),
  reaching,
  state: z.object({
    links: z.number(),
    listed: z.boolean(),
    connected: time.optional(),
    failures: z.number(),
    failed: z.object({ at: time, code: z.string(), message: z.string() }).optional(),
  }),
  claim: z
    .object({
      name: z.string(),
      version: z.string(),
      title: z.string().optional(),
      instructions: z.string().optional(),
      era: z.enum(['modern', 'legacy']),
      revision: z.string(),
    })
    .optional(),
  tools: z.number(),
  inferred: z.number(),
  risks: z.object({ low: z.number(), medium: z.number(), high: z.number() }),
})

const toolView = z.object({
  name: z.string(),
  classification: z.object({
    ...classes,
    source: z.enum(['catalog', 'inferred']),
    confidence: z.enum(['stated', 'high', 'medium', 'low']),
  }),
  classed: z.enum(['console', 'configuration', 'inferred']),
  stated: z.object({ by: z.string(), at: time }).optional(),
  arguments: z.array(
    z.object({ name: z.string(), role: z.enum(ARGUMENT_ROLES), said: z.boolean() }),
  ),
  fields: z.record(z.string(), z.enum(SOURCE_TRUSTS)),
  version: z.number(),
  digest: z.string().optional(),
  definition: z.record(z.string(), z.json()),
  hidden: z.array(z.string()),
  contradictions: z.array(
    z.object({
      problem: z.string(),
      effects: z.array(z.string()),
      arguments: z.array(z.string()),
    }),
  ),
  of: z.string().optional(),
})

const answer = z.object({
  known: z.enum(['all', 'some', 'nothing']),
  answer: z.string(),
  tools: z.array(z.string()),
})

const detailView = serverView.extend({
  questions: z.record(z.enum(QUESTIONS), answer),
  containment: containmentView.optional(),
  toolList: z.array(toolView),
  prompts: z.array(z.string()),
  leftOut: z.array(z.object({ item: z.string(), problem: z.string() })),
})

/** What ports give is readonly; what leaves is a copy that the schema makes. */
function copied<T>(value: unknown): T {
  return value as T
}

function showServer({ state, ...server }: ServerSummary): z.input<typeof serverView> {
  const { connected, failed, ...rest } = state
  return copied({
    ...server,
    state: {
      ...rest,
      ...times({ connected }),
      ...(failed && { failed: { ...failed, ...times({ at: failed.at }) } }),
    },
  })
}

function showTool({ stated, ...tool }: ToolView): z.input<typeof toolView> {
  return copied({ ...tool, ...(stated && { stated: { ...stated, ...times({ at: stated.at }) } }) })
}

function showDetail(server: ServerDetail): z.input<typeof detailView> {
  const { containment } = server
  return copied({
    ...server,
    ...showServer(server),
    toolList: server.toolList.map(showTool),
    ...(containment && { containment: { ...containment, ...times({ at: containment.at }) } }),
  })
}

const one = z.strictObject({ name: text(64) })
const tool = { server: text(64), tool: text(128) }
const version = z
  .int()
  .min(0)
  .describe('The `version` of the tool that the caller saw; `If-Match` may say it.')

/** The servers behind the gateway, and what their tools do. */
export const SERVERS = [
  operation('servers.list', 'GET /servers', {
    needs: 'look',
    summary: 'List the servers: how they are reached, how they fare, what they claim to be',
    input: z.strictObject({}),
    output: z.object({ servers: z.array(serverView) }),
    run: async ({ administration }) => ({
      servers: administration.servers.list().map((server) => showServer(server)),
    }),
  }),
  operation('servers.show', 'GET /servers/{name}', {
    needs: 'look',
    summary: 'Show a server with its tools, and what it can read, write, execute and reach',
    input: one,
    output: z.object({ server: detailView }),
    run: async ({ administration }, { name }) => ({
      server: showDetail(found('server', administration.servers.find(name))),
    }),
  }),
  operation('servers.refresh', 'POST /servers/{name}/refresh', {
    needs: 'servers.write',
    summary: 'Ask a server again what it offers',
    input: one,
    output: z.object({ server: detailView }),
    run: async ({ administration }, { name }) => ({
      server: showDetail(await administration.servers.refresh(name)),
    }),
  }),
  operation('tools.classify', 'PUT /servers/{server}/tools/{tool}/classes', {
    needs: 'servers.write',
    summary: 'State what a tool does; it counts from the next call on, before the configuration',
    version: 'version',
    input: z.strictObject({ ...tool, ...classes, ...hints, version }),
    output: z.object({ tool: toolView }),
    run: async ({ administration, caller }, input) => {
      const { server, tool: name, version: seen, roles, fields, ...said } = input
      const stated = { ...said, ...(roles && { roles }), ...(fields && { fields }) }
      const about = { server, tool: name, classes: stated, version: seen }
      return { tool: showTool(await administration.servers.classify(caller.actor, about)) }
    },
  }),
  operation('tools.unclassify', 'POST /servers/{server}/tools/{tool}/unclassify', {
    needs: 'servers.write',
    summary: 'Take back what was stated here; the configuration or an inference counts again',
    version: 'version',
    input: z.strictObject({ ...tool, version }),
    output: z.object({ tool: toolView }),
    run: async ({ administration, caller }, { server, tool: name, version: seen }) => {
      const about = { server, tool: name, classes: undefined, version: seen }
      return { tool: showTool(await administration.servers.classify(caller.actor, about)) }
    },
  }),
] as const
