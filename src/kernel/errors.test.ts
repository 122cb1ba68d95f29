import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { ERRORS, type ErrorCode, GatewayError, toGatewayError } from './errors.ts'

const page = readFileSync(new URL('../../docs/reference/errors.md', import.meta.url), 'utf8')
const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (\w+) \| (\d+) \| (-\d+) \| (.+) \|$/gm)]

test('the reference page tells of every error code exactly what the table says', () => {
  const documented = rows.map(([, code, family, http, rpc]) => [
    code,
    family,
    Number(http),
    Number(rpc),
  ])
  const codes = Object.entries(ERRORS).map(([code, { family, http, rpc }]) => [
    code,
    family,
    http,
    rpc,
  ])
  expect(documented).toEqual(codes)
})

test('every error code has an explanation', () => {
  for (const [, code, , , , text] of rows) expect(text?.length, String(code)).toBeGreaterThan(20)
})

test('codes of our own lie outside the ranges that JSON-RPC and MCP reserve', () => {
  const mcp = new Set([-32700, -32600, -32601, -32602, -32603, -32020, -32021, -32022])
  for (const { rpc } of Object.values(ERRORS)) {
    if (!mcp.has(rpc)) expect(rpc < -32768 || rpc > -32000).toBe(true)
  }
})

test('an unplanned error keeps its cause and hides its message', () => {
  const cause = new Error('password=hunter2')
  const error = toGatewayError(cause)
  expect(error.code).toBe('internal' satisfies ErrorCode)
  expect(error.message).toBe('internal error')
  expect(error.cause).toBe(cause)
})

test('a planned error passes through unchanged', () => {
  const error = new GatewayError('tool_unknown', 'no tool `x`')
  expect(toGatewayError(error)).toBe(error)
})
