import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, sep } from 'node:path'
import { createFolder, createWorkspace } from './workspace.ts'

/** Who the servers run as where the gateway is root: nobody whom the system knows. */
const SERVER_UID = 64_000

/** A local server, in the words of the configuration. */
export interface PlaygroundServer {
  readonly transport: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly sandbox: PlaygroundSandbox
}

/** What a server of the playground may do. It runs without a sandbox where there is none: nothing is at stake. */
export interface PlaygroundSandbox {
  readonly required: false
  readonly runAs: 'auto' | number
  readonly fs: { readonly ro: readonly string[]; readonly rw: readonly string[] }
}

/** What `bailiwick.yaml` would say, as plain data. */
export interface PlaygroundConfig {
  readonly servers: Readonly<Record<'files' | 'inbox' | 'outbox', PlaygroundServer>>
  readonly policies: readonly string[]
  readonly places: Readonly<Record<'workspace', string>>
  readonly sandbox: { readonly allowUnsandboxed: true }
}

/** What the outbox server was told to send. */
export interface SentMessage {
  readonly to: string
  readonly subject: string
  readonly body: string
}

/**
 * Prepares the playground in a data directory, and says how to run it: the official filesystem server
 * on a sample workspace, an inbox that holds a poisoned message, an outbox that only writes down what
 * it would send. What is there already stays.
 */
export async function playgroundConfig({
  dataDir,
}: {
  readonly dataDir: string
}): Promise<PlaygroundConfig> {
  const workspace = join(dataDir, 'servers', 'files', 'workspace')
  const owner = process.getuid?.() === 0 ? SERVER_UID : undefined
  await createWorkspace(workspace, owner)
  await createFolder(dirname(outboxFile(dataDir)), owner)
  const runAs: PlaygroundSandbox['runAs'] = owner ?? 'auto'
  const ro = codeFolders()
  const run = (program: string, ...rw: readonly string[]) => ({
    transport: 'stdio' as const,
    command: process.execPath,
    args: [program],
    cwd: workspace,
    sandbox: { required: false as const, runAs, fs: { ro, rw } },
  })
  const files = run(filesystemServer(), workspace)
  const outbox = run(beside('outbox'), dirname(outboxFile(dataDir)))
  return {
    servers: {
      files: { ...files, args: [...files.args, workspace] },
      inbox: run(beside('inbox')),
      outbox: { ...outbox, args: [...outbox.args, outboxFile(dataDir)] },
    },
    policies: ['balanced', 'playground'],
    places: { workspace },
    sandbox: { allowUnsandboxed: true },
  }
}

/** What the playground's outbox was told to send so far, oldest first. */
export async function sentMessages(dataDir: string): Promise<readonly SentMessage[]> {
  const text = await readFile(outboxFile(dataDir), 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): SentMessage => JSON.parse(line))
}

function outboxFile(dataDir: string): string {
  return join(dataDir, 'servers', 'outbox', 'sent', 'outbox.jsonl')
}

/** A program of this folder, as source or compiled, whichever we are ourselves. */
function beside(name: string): string {
  return join(import.meta.dirname, `${name}${extname(import.meta.filename)}`)
}

/** What its programs are made of. A checkout also holds the data directory, which no server sees. */
function codeFolders(): readonly string[] {
  const library = createRequire(import.meta.url).resolve('@modelcontextprotocol/server')
  const modules = library.slice(0, library.lastIndexOf(`${sep}node_modules${sep}`))
  return [import.meta.dirname, join(modules, 'node_modules')]
}

function filesystemServer(): string {
  const require = createRequire(import.meta.url)
  const manifest = require.resolve('@modelcontextprotocol/server-filesystem/package.json')
  return join(dirname(manifest), require(manifest).bin['mcp-server-filesystem'])
}
