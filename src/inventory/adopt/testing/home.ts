import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { sha256 } from '../../../kernel/hash.ts'
import type {
  ConfigFormat,
  ConfiguredServer,
  ConfiguredTransport,
  ReadConfig,
} from '../../../kernel/inventory.ts'
import type { DocumentPath } from '../../formats/document.ts'
import { readDocument } from '../../formats/formats.ts'
import { type Journal, openJournal } from '../journal.ts'
import { nodeFiles } from '../node-files.ts'
import type { PlanParts } from '../plan.ts'
import type { SecretSense } from '../plan-words.ts'
import type { FileSystem } from '../ports.ts'
import { isMap, valueAt } from '../value-at.ts'

export const TOKEN = 'tok-4f7b1c0d9e8a7766'
export const PASSWORD = 'pa55-of-the-database'

/** A home with one file of each format; in each, entries that hold secrets, and things around them. */
export const FILES: Readonly<Record<string, { host: string; format: ConfigFormat; text: string }>> =
  {
    'desktop.json': {
      host: 'claude-desktop',
      format: 'json',
      text: `{\r\n\t"theme": "dark",\r\n\t"mcpServers": {\r\n\t\t"GitHub Tools": {"command": "npx", "args": ["-y", "tools"], "env": {"GITHUB_TOKEN": "${TOKEN}"}, "timeout": 5}\r\n\t}\r\n}\r\n`,
    },
    'mcp.json': {
      host: 'vscode',
      format: 'jsonc',
      text: `// mine\n{\n  "servers": {\n    // the issues\n    "github": {\n      "command": "npx",\n      "args": ["-y", "tools"], // pinned? no\n      "env": { "GITHUB_TOKEN": "${TOKEN}" },\n    },\n    "web": { "type": "http", "url": "https://web.example/mcp",\n      "headers": {"Authorization": "Bearer ${TOKEN}"} },\n  },\n}\n`,
    },
    'config.toml': {
      host: 'codex',
      format: 'toml',
      text: `model = "x" # kept\n\n[mcp_servers.db]\ncommand = "db-server"\nargs = ["--read-only"]\nstartup_timeout_sec = 20 # slow\n\n[mcp_servers.db.env]\nDB_PASSWORD = '${PASSWORD}'\n\n[profiles.a]\nkey = 1\n`,
    },
    'config.yaml': {
      host: 'continue',
      format: 'yaml',
      text: `name: mine # kept\nmcpServers:\n  # first\n  - name: db\n    command: db-server\n    args: [ "--read-only" ]\n    env:\n      DB_PASSWORD: ${PASSWORD}\n  - name: last\n    command: last-server\nmodels: []\n`,
    },
  }

/** Where the entries of the files are. */
export const PLACES: readonly { file: string; name: string; at: DocumentPath }[] = [
  { file: 'desktop.json', name: 'GitHub Tools', at: ['mcpServers', 'GitHub Tools'] },
  { file: 'mcp.json', name: 'github', at: ['servers', 'github'] },
  { file: 'mcp.json', name: 'web', at: ['servers', 'web'] },
  { file: 'config.toml', name: 'db', at: ['mcp_servers', 'db'] },
  { file: 'config.yaml', name: 'db', at: ['mcpServers', 0] },
  { file: 'config.yaml', name: 'last', at: ['mcpServers', 1] },
]

export interface Home {
  readonly folder: string
  readonly configs: readonly ReadConfig[]
  readonly parts: PlanParts
  readonly journalFolder: string
  pathOf(name: string): string
  journal(files?: FileSystem): Journal
}

/** Makes a home in a temporary folder, with all of the files or these. */
export function makeHome(names: readonly string[] = Object.keys(FILES)): Home {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-adopt-'))
  const home = openHome(folder)
  mkdirSync(join(folder, 'home'))
  for (const name of names)
    writeFileSync(home.pathOf(name), FILES[name]?.text ?? '', { mode: 0o644 })
  return openHome(folder)
}

/** The home that was made in a folder. */
export function openHome(folder: string): Home {
  const pathOf = (name: string): string => join(folder, 'home', name)
  const configs = Object.keys(FILES)
    .filter((name) => existsSync(pathOf(name)))
    .map((name) => configOf(pathOf(name), name))
  return { folder, configs, parts: PARTS, pathOf, ...journalOf(folder) }
}

function journalOf(folder: string): Pick<Home, 'journalFolder' | 'journal'> {
  const journalFolder = join(folder, 'data', 'adoption')
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }
  return {
    journalFolder,
    journal: (files = nodeFiles()) => openJournal(files, journalFolder, owner),
  }
}

function configOf(file: string, name: string): ReadConfig {
  const { host = '', format = 'json', text = '' } = FILES[name] ?? {}
  const { value } = readDocument(text, format)
  const servers = PLACES.filter((place) => place.file === name).map((place) =>
    serverOf({ file, host, name: place.name, at: place.at, entry: valueAt(value, place.at) }),
  )
  return { host, scope: 'user', file, format, digest: sha256(text), servers, problems: [] }
}

function serverOf(of: {
  file: string
  host: string
  name: string
  at: DocumentPath
  entry: unknown
}): ConfiguredServer {
  const { entry, ...rest } = of
  const map = isMap(entry) ? entry : {}
  const transport = (
    'url' in map
      ? { kind: 'http', headers: {}, ...map }
      : { kind: 'stdio', args: [], env: {}, ...map }
  ) as ConfiguredTransport
  const { kind } = transport
  const clean =
    kind === 'stdio'
      ? { kind, command: transport.command, args: transport.args, env: transport.env }
      : { kind, url: transport.url, headers: transport.headers }
  const common = { scope: 'user', enabled: true, unknown: [], variables: [] } as const
  return { ...rest, ...common, transport: clean as ConfiguredTransport }
}

export const SENSE: SecretSense = {
  name: (name) => /(token|password|key|authorization)$/i.test(name),
  shape: (text) => /ghp_[A-Za-z0-9]{20,}/.test(text),
  find: (text) => {
    const start = text.indexOf('KNOWN-TO-RULES')
    return start < 0 ? [] : [{ start, end: text.length, type: 'known', certainty: 'proved' }]
  },
}

const PARTS: PlanParts = {
  gatewayUrl: 'http://localhost:7463',
  connect: ['/opt/bin/bailiwick', 'connect'],
  servers: ['db'],
  secrets: [],
  sense: SENSE,
  refusal: () => undefined,
  entryOf: ({ file, at }) => {
    const { text = '', format = 'json' } = FILES[basename(file)] ?? {}
    const entry = valueAt(readDocument(text, format).value, at)
    return isMap(entry) ? entry : undefined
  },
}
