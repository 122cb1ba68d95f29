import { expect, test } from 'vitest'
import { parseConfig } from '../../../config/config.ts'
import { showConfig } from './show-config.ts'

const SERVERS = `
store: { kind: postgres, url: "postgres://host/db" }
servers:
  mail:
    transport: http
    url: https://mail.example/mcp
    headers: { Authorization: "Bearer secret://env/MAIL", X-Team: plain-value }
    tools: { send: { effects: [send] } }
`

test('every value has its path and where it comes from; secrets are references, other texts are not shown', () => {
  const loaded = parseConfig(SERVERS, '/etc/bailiwick.yaml', { env: {}, homedir: '/home/ann' })
  const shown = new Map(showConfig(loaded.config, loaded).map(({ path, ...rest }) => [path, rest]))
  expect(shown.get('servers.mail.url')).toEqual({
    value: '"https://mail.example/mcp"',
    origin: '/etc/bailiwick.yaml:6',
  })
  expect(shown.get('servers.mail.headers.Authorization')?.value).toBe('"Bearer secret://env/MAIL"')
  expect(shown.get('servers.mail.headers.X-Team')?.value).toBe('"set, and not shown"')
  expect(shown.get('store.url')?.value).toBe('"set, and not shown"')
  expect(shown.get('listen.port')).toEqual({ value: '7463', origin: 'default' })
  expect(shown.get('servers.mail.tools.send.effects')?.value).toBe('["send"]')
  const all = JSON.stringify([...shown])
  expect(all).not.toContain('plain-value')
  expect(all).not.toContain('postgres://')
})
