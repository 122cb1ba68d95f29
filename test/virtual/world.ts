import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  Client,
  StreamableHTTPClientTransport,
  type Transport,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client'
import { onTestFinished } from 'vitest'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { type CrmDatabase, startDatabase } from './database.ts'

/** `${name}` as it stands in the configuration. */
export const $ = (name: string): string => `\${${name}}`

/** A broad database tool, narrowed; and some of its neighbours. */
const SUPPORT = {
  instructions: 'Ask about tickets.',
  tools: {
    get_customer_ticket_status: {
      of: 'crm:run_sql_query',
      title: 'Ticket status',
      description: 'Status of one ticket.',
      arguments: { ticket_id: { type: 'integer', minimum: 1 } },
      with: {
        sql: {
          sql: `SELECT status FROM ticket WHERE id = ${$('ticket_id')} LIMIT 1`,
          dialect: 'postgresql',
        },
        database: 'main',
      },
      effects: ['read'],
      risk: 'low',
    },
    find_ticket: {
      of: 'crm:run_sql_query',
      description: 'Finds tickets by subject.',
      arguments: { subject: { type: 'string', maxLength: 200 } },
      with: {
        sql: {
          sql: `SELECT id FROM ticket WHERE subject = ${$('subject')} LIMIT 5`,
          dialect: 'postgresql',
        },
      },
      effects: ['read'],
    },
    in_the_attic: {
      of: 'crm:run_sql_query',
      description: 'A database that the tool does not take.',
      arguments: { database: { type: 'string' } },
      with: { sql: 'SELECT 1', database: $('database') },
      effects: ['read'],
    },
    lookup: { of: 'crm:lookup' },
    nothing: { of: 'crm:nothing' },
    redefine: { of: 'crm:redefine', effects: ['read'] },
  },
}

/** A shell, narrowed to one script. */
const OPS = {
  tools: {
    deploy: {
      of: 'shell:run_command',
      description: 'Deploys to one environment.',
      arguments: {
        env: { enum: ['staging', 'production'] },
        note: { type: 'string', default: '' },
      },
      with: { command: { shell: `./deploy.sh --env ${$('env')} --note=${$('note')}` } },
      effects: ['execute'],
    },
  },
}

const PERMITS = `
@id("support") permit (principal, action == Action::"call", resource)
when { resource.server == "support" || resource.server == "ops" };`

/** A gateway before a real database and a real shell, with virtual servers for a few of their uses. */
export interface VirtualWorld {
  readonly database: CrmDatabase
  readonly gateway: RunningGateway
  /** Where attacks on the shell would leave files. */
  readonly out: string
  readonly touched: () => readonly string[]
  stop(): Promise<void>
}

export async function startWorld(): Promise<VirtualWorld> {
  const database = await startDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-virtual-'))
  const out = join(folder, 'out')
  for (const inner of [out, join(folder, 'policies')]) mkdirSync(inner)
  writeFileSync(join(folder, 'policies/permits.cedar'), PERMITS)
  const script = join(folder, 'deploy.sh')
  writeFileSync(script, '#!/bin/sh\nprintf "%s|" "$#" "$@"\n')
  chmodSync(script, 0o755)
  const served = (name: string) => ({
    transport: 'stdio' as const,
    command: process.execPath,
    args: ['--disable-warning=ExperimentalWarning', resolve(`test/virtual/${name}.ts`)],
    cwd: folder,
    env: { DATABASE_URL: database.url },
  })
  const gateway = await startGateway(
    { crm: served('database-server'), shell: served('shell-server') },
    { policies: [join(folder, 'policies')], virtual: { support: SUPPORT, ops: OPS } },
  )
  return {
    database,
    gateway,
    out,
    touched: () => readdirSync(out),
    async stop() {
      await gateway.stop()
      await database.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Connects a client to an endpoint until the test ends. */
export async function connect(
  { origin, token }: RunningGateway,
  path: string,
  mode: VersionNegotiationMode,
): Promise<Client> {
  const requestInit = { headers: { Authorization: `Bearer ${token(path)}` } }
  return over(new StreamableHTTPClientTransport(new URL(`${origin}${path}`), { requestInit }), mode)
}

export async function over(transport: Transport, mode: VersionNegotiationMode): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return client
}

/** Names of the tools that a client sees now. */
export async function names(client: Client): Promise<readonly string[]> {
  const { tools } = await client.listTools(undefined, { cacheMode: 'refresh' })
  return tools.map(({ name }) => name)
}

/** The text of a result, or the words of what refused the call. */
export async function outcome(
  client: Client,
  name: string,
  args: Record<string, unknown>,
): Promise<string> {
  try {
    const { content, isError } = await client.callTool({ name, arguments: args })
    const [first] = content as readonly { readonly text?: string }[]
    return `${isError === true ? 'refused: ' : ''}${first?.text}`
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`
  }
}
