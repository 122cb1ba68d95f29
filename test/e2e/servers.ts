import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REFERENCE } from '../conformance/run.ts'
import { type Child, startNode, waitFor } from '../support/child.ts'
import type { Target } from './target.ts'

/** The servers under test, by the transport and the eras that they speak. */
export const SERVERS = {
  'everything-stdio': { offers: 'everything', eras: ['legacy'] },
  'everything-http': { offers: 'everything', eras: ['legacy'] },
  'everything-sse': { offers: 'everything', eras: ['legacy'] },
  filesystem: { offers: 'filesystem', eras: ['legacy'] },
  'dual-http': { offers: 'reference', eras: ['modern', 'legacy'] },
  'modern-stdio': { offers: 'reference', eras: ['modern'] },
} as const satisfies Record<string, ServerRow>

interface ServerRow {
  /** Which tools, resources and prompts it has. */
  readonly offers: 'everything' | 'filesystem' | 'reference'
  readonly eras: readonly ('modern' | 'legacy')[]
}

export type ServerName = keyof typeof SERVERS

/** The servers, started or ready to be started. */
export interface RunningServers {
  readonly targets: Readonly<Record<ServerName, Target>>
  /** The folder that the filesystem server serves, with `hello.txt` in it. */
  readonly folder: string
  /** The folder that clients name as their root, with `root.txt` in it. */
  readonly root: string
  stop(): Promise<void>
}

const require = createRequire(import.meta.url)
const EVERYTHING = require.resolve('@modelcontextprotocol/server-everything/dist/index.js')
const FILESYSTEM = require.resolve('@modelcontextprotocol/server-filesystem/dist/index.js')

export async function startServers(): Promise<RunningServers> {
  const folder = folderWith('hello.txt')
  const root = folderWith('root.txt')
  const [httpPort, ssePort] = [await freePort(), await freePort()]
  const children = [
    startNode([EVERYTHING, 'streamableHttp'], { env: { PORT: String(httpPort) } }),
    startNode([EVERYTHING, 'sse'], { env: { PORT: String(ssePort) } }),
    startNode([REFERENCE]),
  ] as const
  const [http, sse, reference] = children
  await waitFor(http, () => /listening on port/.exec(http.output()) ?? undefined)
  await waitFor(sse, () => /running on port/.exec(sse.output()) ?? undefined)
  const dual = await waitFor(reference, () => /http:\S+/.exec(reference.output())?.[0])
  return {
    targets: {
      'everything-stdio': stdio(EVERYTHING, 'stdio'),
      'everything-http': { kind: 'http', url: `http://localhost:${httpPort}/mcp` },
      'everything-sse': { kind: 'sse', url: `http://localhost:${ssePort}/sse` },
      filesystem: stdio(FILESYSTEM, folder),
      'dual-http': { kind: 'http', url: dual },
      'modern-stdio': stdio(REFERENCE, '--stdio'),
    },
    folder,
    root,
    stop: async () => {
      await Promise.all(children.map((child: Child) => child.stop()))
      for (const path of [folder, root]) rmSync(path, { recursive: true, force: true })
    },
  }
}

function stdio(program: string, argument: string): Target {
  return { kind: 'stdio', command: process.execPath, args: [program, argument] }
}

function folderWith(file: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-')))
  writeFileSync(join(folder, file), 'hello from a file')
  return folder
}

/** A port that was free a moment ago: the everything server cannot choose one itself. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
