import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { type RunningGateway, startGateway } from '../support/gateway.ts'
import { openOperator } from '../support/operator.ts'
import { type Done, serveHttp } from './evasion-server.ts'

/** Servers: two that anybody writes to, one that the operator trusts, and one over stdio. */
export const SERVERS = ['inbox', 'other', 'team', 'files'] as const
export type ServerName = (typeof SERVERS)[number]

export interface Result {
  readonly isError?: boolean
  readonly content?: readonly { readonly text?: string }[]
  readonly _meta?: Readonly<Record<string, unknown>>
}
export type Args = Readonly<Record<string, unknown>>

/** An agent that does whatever it reads; its words are those of a case. */
export interface Agent {
  /** Somebody writes something, and the agent reads it by a tool of a server. */
  reads(message: unknown, how?: Partial<Reading>): Promise<unknown>
  /** Somebody writes something; the id by which it is read. */
  written(message: unknown, where?: string, id?: string): string
  call(server: ServerName, tool: string, args: Args): Promise<Result>
  /** Does what it was told, and what servers did before does not count: by a tool of `inbox` unless said otherwise. */
  acts(tool: string, args: Args, server?: ServerName): Promise<Result>
  readonly client: Client
  /** Another conversation with the same token. */
  back(): Promise<Agent>
  /** The same person with another token. */
  again(): Promise<Agent>
  close(): Promise<void>
}

export interface Reading {
  readonly server: ServerName
  readonly tool: string
  readonly where: string
}

export interface Scene {
  agent(): Promise<Agent>
  /** What servers were made to do since it was asked last, or an agent acted. */
  done(): readonly Done[]
  restart(): Promise<void>
  close(): Promise<void>
}

/** A gateway with these policies in front of the servers. */
export async function openScene(policies: readonly string[]): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-evasion-'))
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  const http = await serveHttp(folder, SERVERS)
  const over = { transport: 'http', revision: '2026-07-28' }
  const stdio = [resolve('test/flow/evasion-server.ts'), folder]
  const servers = {
    inbox: { ...over, url: `${http.url}/inbox` },
    other: { ...over, url: `${http.url}/other` },
    team: { ...over, url: `${http.url}/team`, ...trusted() },
    files: { transport: 'stdio', command: process.execPath, args: stdio },
  }
  const config = {
    policies,
    approvals: { hold: '0s', flood: { requests: 1_000, declines: 1_000 } },
  }
  const start = (more: object = {}) =>
    startGateway(servers as never, { ...config, ...more }, { dataDir })
  let gateway: RunningGateway = await start()
  let operator = await openOperator(gateway)
  let cases = 0
  const done = (): readonly Done[] => {
    const file = join(folder, 'done.jsonl')
    if (!existsSync(file)) return []
    const lines = readFileSync(file, 'utf8').trim()
    writeFileSync(file, '')
    return lines === '' ? [] : lines.split('\n').map((line) => JSON.parse(line))
  }
  const agentOf = async (subject: string, token: string): Promise<Agent> => {
    const client = await connect(gateway.origin, token)
    const written: Agent['written'] = (
      message,
      where = 'text',
      id = `item-${10_000 + ++cases}`,
    ) => {
      writeFileSync(join(folder, `${id}.json`), JSON.stringify({ where, message }))
      return id
    }
    const call: Agent['call'] = async (server, tool, args) => {
      const name = `${server}__${tool}`
      const asked = { name, arguments: args as Record<string, unknown>, _meta: LOGS }
      return (await client.callTool(asked, { onprogress: () => {} })) as Result
    }
    return {
      client,
      written,
      call,
      reads(message, { server = 'inbox', tool = 'read_message', where = 'text' } = {}) {
        const read = call(server, tool, { id: written(message, where) })
        // What a server answers as an error is read as well.
        return read.catch((error: unknown) => String(error))
      },
      acts(tool, args, server = 'inbox') {
        done()
        return call(server, tool, args)
      },
      back: () => agentOf(subject, token),
      again: async () => agentOf(subject, await gateway.tokenFor('/mcp', { subject })),
      close: () => client.close(),
    }
  }
  return {
    async agent() {
      const id = `person-${++cases}`
      await operator.directory.users.create({ id, name: 'Somebody' })
      const subject = `user:${id}`
      return agentOf(subject, await gateway.tokenFor('/mcp', { subject }))
    },
    done,
    async restart() {
      await operator.close()
      await gateway.stop()
      gateway = await start({ listen: { port: Number(new URL(gateway.origin).port) } })
      operator = await openOperator(gateway)
    },
    async close() {
      await operator.close()
      await gateway.stop()
      http.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const LOGS = { 'io.modelcontextprotocol/logLevel': 'debug' }

function trusted(): object {
  const source = { effects: ['read'], reversible: true, risk: 'low', reads: [], trust: 'trusted' }
  return { tools: { list_notes: source, get_contact: source } }
}

async function connect(origin: string, token: string): Promise<Client> {
  const client = new Client(
    { name: 'agent', version: '1' },
    {
      capabilities: { elicitation: { form: {} }, sampling: {} },
      versionNegotiation: { mode: { pin: '2026-07-28' } },
    },
  )
  client.setRequestHandler('elicitation/create', async () => ({
    action: 'accept' as const,
    content: { a: 'fine' },
  }))
  client.setRequestHandler('sampling/createMessage', async () => ({
    role: 'assistant' as const,
    model: 'none',
    content: { type: 'text' as const, text: 'fine' },
  }))
  const headers = { authorization: `Bearer ${token}` }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), { requestInit: { headers } }),
  )
  return client
}
