import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../src/store/migrations.ts'
import { freshOptions } from '../../src/store/testing/fresh-store.ts'
import {
  type RecordingUpstream,
  startRecordingUpstream,
  tool,
} from '../attacks/recording-upstream.ts'
import { callTool } from '../faults/client.ts'
import { type RunningGateway, startGateway } from '../support/gateway.ts'

const TEXT = { type: 'string' }
export const TOOLS = [
  tool('read_note', { path: TEXT }, ['path']),
  tool('send_message', { to: TEXT }, ['to']),
]

/** What the configuration's own policies say. */
const OWN = `
@id("reads") permit (principal, action == Action::"call", resource)
when { resource.effects == ["read"] };
@id("mail") permit (principal, action == Action::"call", resource == Tool::"office:send_message");
`

/** A folder of policies and a database, on which gateways are started. */
export interface Desk {
  readonly folder: string
  readonly upstream: RecordingUpstream
  /** Starts a gateway in a data directory of this name, which stays. */
  start(name: string): Promise<RunningGateway>
  end(): Promise<void>
}

export async function openDesk(engine: Engine): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-desk-'))
  const upstream = await startRecordingUpstream(TOOLS)
  mkdirSync(join(folder, 'own'))
  writeFileSync(join(folder, 'own', 'own.cedar'), OWN)
  const store = await freshOptions(engine, folder)
  const running: RunningGateway[] = []
  return {
    folder,
    upstream,
    async start(name) {
      const dataDir = join(folder, name)
      mkdirSync(dataDir, { recursive: true })
      const gateway = await startGateway(
        { office: { transport: 'http', url: upstream.url } },
        {
          policies: ['../own'],
          store,
          identity: { sealKeyFile: join(folder, 'seal.key') },
        },
        { dataDir },
      )
      running.push(gateway)
      return gateway
    },
    async end() {
      for (const gateway of running) await gateway.stop()
      await upstream.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The code of the answer to a call; undefined for one that reached its server. */
export async function calling(gateway: RunningGateway, name: string): Promise<unknown> {
  const args = name === 'read_note' ? { path: 'a' } : { to: 'ann@office.example' }
  return (await callTool(gateway, 'office', name, args)).code
}

export interface Answered {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: each operation answers in a shape of its own
  readonly json: any
}

/** A program of the owner that administers a gateway. */
export async function administering(gateway: RunningGateway) {
  const token = await gateway.tokenFor('/admin', { scopes: ['write'] })
  return async (
    line: string,
    body?: object,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answered> => {
    const [method = '', path = ''] = line.split(' ')
    const response = await fetch(`${gateway.origin}/admin/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, json: await response.json() }
  }
}
