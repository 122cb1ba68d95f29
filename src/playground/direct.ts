import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { Tools } from './gullible-agent.ts'
import type { PlaygroundServer } from './playground.ts'

/** The servers as a host without a gateway has them. */
export interface DirectTools extends Tools {
  close(): Promise<void>
}

/**
 * Starts the servers and speaks to them over stdio, with nothing in between (MCP 2025-11-25). Tools
 * are named `server__tool`, as the gateway names them, so that the same agent can use both.
 */
export async function connectDirectly(
  servers: Readonly<Record<string, PlaygroundServer>>,
): Promise<DirectTools> {
  const links = new Map(
    Object.entries(servers).map(([name, server]) => [name, startServer(server)] as const),
  )
  const close = async (): Promise<void> => {
    await Promise.all([...links.values()].map((link) => link.close()))
  }
  try {
    for (const link of links.values()) await handshake(link)
  } catch (error) {
    await close()
    throw error
  }
  return {
    close,
    async listTools() {
      const lists = [...links].map(async ([server, link]) => {
        const { tools } = await link.request('tools/list', {})
        const list: readonly Json[] = Array.isArray(tools) ? tools : []
        return list.flatMap((tool) => (isObject(tool) ? [`${server}__${tool['name']}`] : []))
      })
      return (await Promise.all(lists)).flat()
    },
    async callTool(name, args) {
      const [server = '', ...tool] = name.split('__')
      const link = links.get(server)
      if (!link) throw new Error(`no server \`${server}\``)
      return link.request('tools/call', { name: tool.join('__'), arguments: args })
    },
  }
}

interface ServerLink {
  request(method: string, params: JsonObject): Promise<JsonObject>
  notify(method: string): void
  close(): Promise<void>
}

async function handshake(link: ServerLink): Promise<void> {
  await link.request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'gullible-agent', version: '1.0.0' },
  })
  link.notify('notifications/initialized')
}

type Waiting = Map<number, (answer: JsonObject | Error) => void>

function startServer({ command, args, cwd }: PlaygroundServer): ServerLink {
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] })
  const waiting: Waiting = new Map()
  let ended: Error | undefined
  const end = (error: Error): void => {
    ended ??= error
    for (const settle of waiting.values()) settle(error)
    waiting.clear()
  }
  child.on('error', end)
  child.on('exit', () => end(new Error('the server ended')))
  child.stdin.on('error', end)
  createInterface({ input: child.stdout }).on('line', (line) => receive(line, waiting))
  const send = (message: JsonObject): void => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }
  let lastId = 0
  return {
    request: async (method, params) => {
      if (ended) throw ended
      const id = ++lastId
      const answer = new Promise<JsonObject | Error>((settle) => waiting.set(id, settle))
      send({ id, method, params })
      const result = await answer
      if (result instanceof Error) throw result
      return result
    },
    notify: (method) => send({ method }),
    close: () => stop(child),
  }
}

function receive(line: string, waiting: Waiting): void {
  const { id, result, error } = JSON.parse(line) as JsonObject
  const settle = typeof id === 'number' ? waiting.get(id) : undefined
  if (typeof id !== 'number' || !settle) return
  waiting.delete(id)
  settle(isObject(result) ? result : new Error(`the server answered ${JSON.stringify(error)}`))
}

/** Closes its input, as the specification has it, and waits; kills it after two seconds. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.end()
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000)
  await ended
  clearTimeout(timer)
}
