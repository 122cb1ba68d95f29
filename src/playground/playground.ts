import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { createWorkspace } from './workspace.ts'

/** A local server, in the words of the configuration. */
export interface PlaygroundServer {
  readonly transport: 'stdio'
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
}

/** What `bailiwick.yaml` would say, as plain data. */
export interface PlaygroundConfig {
  readonly servers: Readonly<Record<'files' | 'inbox' | 'outbox', PlaygroundServer>>
  readonly policies: readonly string[]
  readonly places: Readonly<Record<'workspace', string>>
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
  const workspace = join(dataDir, 'playground', 'workspace')
  await createWorkspace(workspace)
  const run = (...args: readonly string[]): PlaygroundServer => ({
    transport: 'stdio',
    command: process.execPath,
    args,
    cwd: workspace,
  })
  return {
    servers: {
      files: run(filesystemServer(), workspace),
      inbox: run(beside('inbox')),
      outbox: run(beside('outbox'), outboxFile(dataDir)),
    },
    policies: ['balanced', 'playground'],
    places: { workspace },
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
  return join(dataDir, 'playground', 'outbox.jsonl')
}

/** A program of this folder, as source or compiled, whichever we are ourselves. */
function beside(name: string): string {
  return join(import.meta.dirname, `${name}${extname(import.meta.filename)}`)
}

function filesystemServer(): string {
  const require = createRequire(import.meta.url)
  const manifest = require.resolve('@modelcontextprotocol/server-filesystem/package.json')
  return join(dirname(manifest), require(manifest).bin['mcp-server-filesystem'])
}
