import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Notification, Request } from '../message.ts'
import { checkHeaders, standardHeaders } from './headers.ts'
import { failureOf } from './testing/failure-of.ts'

const MODERN = '2026-07-28'
const request = (method: string, params?: JsonObject): Request => ({
  kind: 'request',
  id: 1,
  method,
  params,
})
const notification: Notification = { kind: 'notification', method: 'notifications/x', params: {} }
const call = request('tools/call', { name: 'get_weather' })
const sent = (more: Record<string, string> = {}) => ({
  'mcp-protocol-version': MODERN,
  'mcp-method': 'tools/call',
  'mcp-name': 'get_weather',
  ...more,
})
const without = (name: string) =>
  Object.fromEntries(Object.entries(sent()).filter(([header]) => header !== name))

describe('a modern request', () => {
  test.each([
    ['plain', call, sent()],
    ['padded', call, sent({ 'mcp-name': '  get_weather\t', 'mcp-method': ' tools/call ' })],
    ['encoded', call, sent({ 'mcp-name': '=?base64?Z2V0X3dlYXRoZXI=?=' })],
    [
      'not ASCII',
      request('prompts/get', { name: '世界' }),
      sent({ 'mcp-method': 'prompts/get', 'mcp-name': '=?base64?5LiW55WM?=' }),
    ],
    [
      'a resource',
      request('resources/read', { uri: 'file:///a', name: 'other' }),
      sent({ 'mcp-method': 'resources/read', 'mcp-name': 'file:///a' }),
    ],
    [
      'a task',
      request('tasks/cancel', { taskId: 't1' }),
      sent({ 'mcp-method': 'tasks/cancel', 'mcp-name': 't1' }),
    ],
    ['no name to repeat', request('tools/list'), sent({ 'mcp-method': 'tools/list' })],
    ['a name that the body lacks', request('tools/call', {}), without('mcp-name')],
  ])('agrees: %s', (_what, message, headers) => {
    expect(failureOf(() => checkHeaders(headers, message, MODERN))).toBe('accepted')
  })

  test.each([
    [without('mcp-protocol-version'), 'header `mcp-protocol-version` is missing'],
    [without('mcp-method'), 'header `mcp-method` is missing'],
    [without('mcp-name'), 'header `mcp-name` is missing'],
    [
      sent({ 'mcp-protocol-version': '2025-11-25' }),
      'header `mcp-protocol-version` does not match the revision in `_meta`',
    ],
    [sent({ 'mcp-method': 'tools/list' }), 'header `mcp-method` does not match `method`'],
    [sent({ 'mcp-method': 'TOOLS/CALL' }), 'header `mcp-method` does not match `method`'],
    [
      sent({ 'mcp-method': 'tools/call, tools/list' }),
      'header `mcp-method` does not match `method`',
    ],
    [sent({ 'mcp-name': 'safe' }), 'header `mcp-name` does not match `params.name`'],
    [sent({ 'mcp-name': 'Get_weather' }), 'header `mcp-name` does not match `params.name`'],
    [sent({ 'mcp-name': '' }), 'header `mcp-name` does not match `params.name`'],
    [sent({ 'mcp-name': '=?base64?Z2V0X3dlYXRoZXI?=' }), 'header `mcp-name` has an invalid value'],
    [sent({ 'mcp-name': 'get_weath\u00e9r' }), 'header `mcp-name` has an invalid value'],
    [{ ...sent(), 'mcp-name': ['get_weather', 'safe'] }, 'header `mcp-name` occurs more than once'],
  ])('%j', (headers, failure) => {
    expect(failureOf(() => checkHeaders(headers, call, MODERN))).toBe(`header_mismatch: ${failure}`)
  })

  test('a name in the header alone is a lie', () => {
    for (const params of [{}, { name: 1 }, undefined] as const) {
      const message = { ...call, params }
      expect(failureOf(() => checkHeaders(sent(), message, MODERN))).toBe(
        'header_mismatch: header `mcp-name` does not match `params.name`',
      )
    }
  })
})

test('a notification needs no headers, but true ones', () => {
  expect(failureOf(() => checkHeaders({}, notification, MODERN))).toBe('accepted')
  expect(failureOf(() => checkHeaders({ 'mcp-method': 'x' }, notification, MODERN))).toMatch(
    'header_mismatch',
  )
})

test('neither does a legacy request', () => {
  const revision = '2025-11-25'
  expect(failureOf(() => checkHeaders({}, call, revision))).toBe('accepted')
  const version = { 'mcp-protocol-version': '2025-06-18' }
  expect(failureOf(() => checkHeaders(version, call, revision))).toBe('accepted')
  for (const lie of [{ 'mcp-method': 'tools/list' }, { 'mcp-name': 'safe' }]) {
    expect(failureOf(() => checkHeaders(lie, call, revision))).toMatch('header_mismatch')
  }
})

describe('the headers of a request to a server', () => {
  test.each([
    [call, MODERN, sent()],
    [
      request('resources/read', { uri: 'file:///ü' }),
      MODERN,
      sent({ 'mcp-method': 'resources/read', 'mcp-name': '=?base64?ZmlsZTovLy/DvA==?=' }),
    ],
    [request('tools/list'), MODERN, { 'mcp-protocol-version': MODERN, 'mcp-method': 'tools/list' }],
    [notification, MODERN, { 'mcp-protocol-version': MODERN, 'mcp-method': 'notifications/x' }],
    [call, '2025-11-25', { 'mcp-protocol-version': '2025-11-25' }],
    [request('initialize'), '2025-11-25', {}],
  ] as const)('%j at %s', (message, revision, headers) => {
    expect(standardHeaders(message, revision)).toEqual(headers)
    expect(failureOf(() => checkHeaders(headers, message, revision))).toBe('accepted')
  })
})
