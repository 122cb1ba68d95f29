import { expect, test } from 'vitest'
import { reachLine, type Server, stateOf, worstRisk } from './server-state.ts'

const at = '2026-01-01T00:00:00.000Z'
const failed = { at, code: 'upstream_failed', message: 'gone' }
const http: Server['reaching'] = {
  transport: 'http',
  url: 'https://a.example/mcp',
  credentials: [],
}
const server = (state: object, more = {}) =>
  stateOf({
    enabled: true,
    reaching: http,
    state: { links: 0, listed: false, failures: 0, ...state },
    ...more,
  }).name

test('a server is what was seen of it last', () => {
  expect(server({})).toBe('untried')
  expect(server({ connected: at })).toBe('idle')
  expect(server({ connected: at, links: 1 })).toBe('connected')
  expect(server({ failures: 2, failed })).toBe('failing')
  expect(server({ connected: at, links: 1, failures: 1, failed })).toBe('failing')
  // It failed once, and was reached since.
  expect(server({ connected: at, links: 1, failures: 0, failed })).toBe('connected')
})

test('what is switched off, or made of others, does not fail', () => {
  expect(server({ failures: 2, failed }, { enabled: false })).toBe('disabled')
  const reaching = { transport: 'virtual', credentials: [] }
  expect(server({}, { reaching })).toBe('virtual')
})

test('the worst risk is that of the worst tool', () => {
  expect(worstRisk({ high: 0, medium: 1, low: 9 })).toBe('medium')
  expect(worstRisk({ high: 1, medium: 0, low: 0 })).toBe('high')
  expect(worstRisk({ high: 0, medium: 0, low: 0 })).toBeUndefined()
})

test('a command stands there whole, as it can be typed', () => {
  const args = ['-y', 'a b', "it's", '', '@scope/pkg@1.2.3']
  expect(reachLine({ transport: 'stdio', command: 'npx', args, credentials: [] })).toBe(
    String.raw`npx -y 'a b' 'it'\''s' '' @scope/pkg@1.2.3`,
  )
  expect(reachLine(http)).toBe('https://a.example/mcp')
})
