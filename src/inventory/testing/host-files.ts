import type { HostId, OperatingSystem } from '../../kernel/inventory.ts'

/** A file as a person has it: two servers, or one where the host takes local ones alone. */
export interface HostFixture {
  readonly host: HostId
  /** Below the home folder; the same on all systems where one is given. */
  readonly path: string | Readonly<Record<OperatingSystem, string>>
  readonly text: string
  /** What `near` and `far` are reached by. */
  readonly far?: 'http' | 'sse'
}

const inBase = (path: string): Record<OperatingSystem, string> => ({
  linux: `.config/${path}`,
  darwin: `Library/Application Support/${path}`,
  win32: `AppData/Roaming/${path}`,
})
const NEAR = '"near": {"command": "npx", "args": ["-y", "near-server"], "env": {"KEY": "v"}}'
const plain = (far = '"url": "https://far.example/mcp", "headers": {"X-Key": "v"}'): string =>
  `{"mcpServers": {${NEAR}, "far": {${far}}}}`
const typed = (near: string, far: string): string => `{"mcpServers": {
  "near": {"type": "${near}", "command": "npx", "args": ["-y", "near-server"], "env": {"KEY": "v"}},
  "far": {"type": "${far}", "url": "https://far.example/mcp", "headers": {"X-Key": "v"}}
}}`

/** One file of each host, by hand from what its documentation shows. */
export const HOST_FIXTURES: readonly HostFixture[] = [
  {
    host: 'claude-desktop',
    path: inBase('Claude/claude_desktop_config.json'),
    text: `{"globalShortcut": "", "mcpServers": {${NEAR}}}`,
  },
  { host: 'claude-code', path: '.claude.json', text: typed('stdio', 'http'), far: 'http' },
  { host: 'cursor', path: '.cursor/mcp.json', text: plain(), far: 'http' },
  {
    host: 'vscode',
    path: inBase('Code/User/mcp.json'),
    text: `{ // ours
  "inputs": [{"type": "promptString", "id": "key", "password": true}],
  ${typed('stdio', 'sse').slice(1, -1).replace('mcpServers', 'servers')},
}`,
    far: 'sse',
  },
  {
    host: 'vscode-insiders',
    path: inBase('Code - Insiders/User/mcp.json'),
    text: typed('stdio', 'http').replace('mcpServers', 'servers'),
    far: 'http',
  },
  {
    host: 'copilot-cli',
    path: '.copilot/mcp-config.json',
    text: typed('local', 'sse'),
    far: 'sse',
  },
  {
    host: 'windsurf',
    path: '.codeium/windsurf/mcp_config.json',
    text: plain('"serverUrl": "https://far.example/mcp", "headers": {"X-Key": "v"}'),
    far: 'http',
  },
  {
    host: 'zed',
    path: {
      linux: '.config/zed/settings.json',
      darwin: '.config/zed/settings.json',
      win32: 'AppData/Roaming/Zed/settings.json',
    },
    text: `// Zed
{"theme": "One", "context_servers": {
  "near": {"source": "custom", "enabled": true, "command": "npx", "args": ["-y", "near-server"], "env": {"KEY": "v"}},
  "far": {"url": "https://far.example/mcp", "headers": {"X-Key": "v"}},
  "built": {"source": "extension", "enabled": true, "settings": {}},
}}`,
    far: 'http',
  },
  {
    host: 'codex',
    path: '.codex/config.toml',
    text: `model = "large"
[mcp_servers.near]
command = "npx"
args = ["-y", "near-server"]
startup_timeout_sec = 20
[mcp_servers.near.env]
KEY = "v"
[mcp_servers.far]
url = "https://far.example/mcp"
http_headers = { X-Key = "v" }
`,
    far: 'http',
  },
  {
    host: 'gemini-cli',
    path: '.gemini/settings.json',
    text: plain('"url": "https://far.example/mcp", "headers": {"X-Key": "v"}, "trust": true'),
    far: 'sse',
  },
  {
    host: 'antigravity',
    path: '.gemini/antigravity/mcp_config.json',
    text: plain('"serverUrl": "https://far.example/mcp", "headers": {"X-Key": "v"}'),
    far: 'http',
  },
  {
    host: 'goose',
    path: {
      linux: '.config/goose/config.yaml',
      darwin: '.config/goose/config.yaml',
      win32: 'AppData/Roaming/Block/goose/config/config.yaml',
    },
    text: `GOOSE_MODE: auto
extensions:
  developer: {type: builtin, name: developer, enabled: true}
  near:
    type: stdio
    name: near
    cmd: npx
    args: [-y, near-server]
    envs: {KEY: v}
    env_keys: []
    enabled: true
    timeout: 300
  far:
    type: streamable_http
    uri: https://far.example/mcp
    headers:
      X-Key: v
`,
    far: 'http',
  },
  {
    host: 'cline',
    path: inBase('Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'),
    text: plain(
      '"type": "streamableHttp", "url": "https://far.example/mcp", "headers": {"X-Key": "v"}, "autoApprove": []',
    ),
    far: 'http',
  },
  {
    host: 'roo-code',
    path: inBase('Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json'),
    text: typed('stdio', 'streamable-http'),
    far: 'http',
  },
  {
    host: 'continue',
    path: '.continue/config.yaml',
    text: `name: mine
mcpServers:
  - name: near
    command: npx
    args:
      - -y
      - near-server
    env:
      KEY: v
  - name: far
    type: sse
    url: https://far.example/mcp
    requestOptions: { headers: { X-Key: v } }
`,
    far: 'sse',
  },
  { host: 'junie', path: '.junie/mcp/mcp.json', text: plain(), far: 'http' },
  {
    host: 'lm-studio',
    path: '.lmstudio/mcp.json',
    text: plain('"url": "https://far.example/sse", "headers": {"X-Key": "v"}'),
    far: 'sse',
  },
  { host: 'amazon-q', path: '.aws/amazonq/cli-agents/mine.json', text: plain(), far: 'http' },
  { host: 'kiro', path: '.kiro/settings/mcp.json', text: plain(), far: 'http' },
  {
    host: 'opencode',
    path: '.config/opencode/opencode.json',
    text: `{"mcp": {
  "near": {"type": "local", "command": ["npx", "-y", "near-server"], "environment": {"KEY": "v"}, "enabled": true},
  "far": {"type": "remote", "url": "https://far.example/mcp", "headers": {"X-Key": "v"}},
  "off": {"enabled": false}
}}`,
    far: 'http',
  },
  {
    host: 'crush',
    path: {
      linux: '.config/crush/crush.json',
      darwin: '.config/crush/crush.json',
      win32: 'AppData/Local/crush/crush.json',
    },
    text: typed('stdio', 'http').replace('mcpServers', 'mcp'),
    far: 'http',
  },
  {
    host: 'amp',
    path: '.config/amp/settings.json',
    text: plain().replace('mcpServers', 'amp.mcpServers'),
    far: 'http',
  },
  { host: 'factory', path: '.factory/mcp.json', text: typed('stdio', 'http'), far: 'http' },
  {
    host: 'kimi',
    path: '.kimi/mcp.json',
    text: plain('"transport": "sse", "url": "https://far.example/mcp", "headers": {"X-Key": "v"}'),
    far: 'sse',
  },
  {
    host: 'vibe',
    path: '.vibe/config.toml',
    text: `[[mcp_servers]]
name = "near"
transport = "stdio"
command = "npx"
args = ["-y", "near-server"]
env = { KEY = "v" }

[[mcp_servers]]
name = "far"
transport = "streamable-http"
url = "https://far.example/mcp"
headers = { X-Key = "v" }
`,
    far: 'http',
  },
  { host: 'trae', path: inBase('Trae/User/mcp.json'), text: plain(), far: 'http' },
  { host: 'qoder', path: '.qoder/mcp.json', text: typed('stdio', 'sse'), far: 'sse' },
  {
    host: 'sema4',
    path: {
      linux: '.sema4ai/sema4ai-studio/mcp_servers.json',
      darwin: '.sema4ai/sema4ai-studio/mcp_servers.json',
      win32: 'AppData/Local/sema4ai/sema4ai-studio/mcp_servers.json',
    },
    text: plain(
      '"transport": "streamable-http", "url": "https://far.example/mcp", "headers": {"X-Key": "v"}',
    ),
    far: 'http',
  },
]
