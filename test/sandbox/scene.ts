import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, createServer, type Server as NetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { TEST_TLS } from '../../src/http/testing/tls.ts'
import { ownAddress } from './machine.ts'
import type { Job } from './probes/job.ts'

/** A machine with something to lose, and what a hostile server is told of it. */
export interface Scene {
  readonly job: Job
  /** Text in the environment of the gateway, and in that of the server. */
  readonly secret: string
  readonly token: string
  /** Hosts by which requests arrived at the only machine there is, `host path`. */
  readonly arrived: readonly string[]
  /** Connections that arrived at the service of the machine. */
  readonly reached: () => number
  /** Lets a socket appear in the workspace. */
  late(): Promise<void>
  close(): void
}

const PRIVATE: Readonly<Record<string, string>> = {
  'home/.ssh/id_ed25519': 'a key',
  'home/.aws/credentials': 'credentials',
  'neighbour/notes.txt': 'notes',
  'workspace/.env': 'PASSWORD=plain',
  'workspace/deep/down/.env.production': 'PASSWORD=plain',
  'workspace/deep/server.pem': 'a key',
  'workspace/.git/config': '[core]',
  'workspace/.git/hooks/sample': '#!/bin/sh',
  'workspace/.vscode/settings.json': '{}',
}

/** Makes the machine: all of it open to every user, so that only a sandbox holds anything back. */
export async function makeScene(): Promise<Scene> {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-hostile-'))
  const at = (name: string): string => join(root, name)
  for (const [name, text] of Object.entries(PRIVATE)) {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), text)
  }
  cpSync(join(import.meta.dirname, 'probes'), at('code'), { recursive: true })
  open(root)
  const name = `bailiwick-${process.pid}-${Math.random().toString(36).slice(2)}`
  let reached = 0
  const service = createServer((socket) => {
    reached += 1
    socket.destroy()
  })
  const arrived: string[] = []
  const web = createHttp((request, response) => {
    arrived.push(`${request.headers.host} ${request.url}`)
    response.end('here')
  })
  // Whoever changes the protocol could say anything afterwards.
  web.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'))
  const secured = createHttps(TEST_TLS, (request, response) => {
    arrived.push(`${request.headers.host} ${request.url}`)
    response.end('here')
  })
  const [port, abstract, late] = [service, createServer(), createServer()] as const
  await listening(port, { port: 0, host: '::' })
  await listening(abstract, { path: `\0${name}` })
  const http = await listening(web, { port: 0, host: '127.0.0.1' })
  const tls = await listening(secured, { port: 0, host: '127.0.0.1' })
  const servers = [service, abstract, late, web, secured]
  const secret = `gateway-${Math.random().toString(36).slice(2)}`
  const job: Job = {
    skip: [],
    workspace: at('workspace'),
    code: at('code'),
    home: at('home'),
    neighbour: at('neighbour'),
    secret: secret.split('').toReversed().join(''),
    pid: process.pid,
    machine: { address: ownAddress(), port: portOf(service), abstract: name },
    egress: {
      ...{ allowed: 'allowed.test', metadata: 'metadata.test', rebound: 'rebound.test' },
      ...{ denied: 'denied.test', tls, http, unlisted: portOf(service) },
    },
  }
  return {
    ...{ job, secret, token: `token-${Math.random().toString(36).slice(2)}`, arrived },
    reached: () => reached,
    late: async () => {
      const path = join(job.workspace, 'late.sock')
      await listening(late, { path })
      chmodSync(path, 0o777)
    },
    close: () => {
      for (const server of servers) server.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

function portOf(server: NetServer): number {
  return (server.address() as AddressInfo).port
}

async function listening(server: NetServer | Server, where: object): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(where, done)
  })
  server.unref()
  return typeof server.address() === 'string' ? 0 : portOf(server)
}

/** Gives everybody every right on a folder and all in it. */
function open(folder: string): void {
  const { status } = spawnSync('chmod', ['-R', 'a+rwX', folder])
  if (status !== 0) throw new Error('the folder cannot be opened to all')
}
