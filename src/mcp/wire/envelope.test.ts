import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Request } from '../message.ts'
import { META } from '../revision.ts'
import { readEnvelope } from './envelope.ts'
import { failureOf } from './testing/failure-of.ts'

const MODERN = '2026-07-28'
const least = { [META.protocolVersion]: MODERN, [META.clientCapabilities]: {} }
const request = (meta: JsonObject | undefined): Request => ({
  kind: 'request',
  id: 1,
  method: 'tools/list',
  params: meta === undefined ? undefined : { _meta: meta },
})

test('an envelope is read', () => {
  const clientInfo = { name: 'host', version: '1.2', title: 'Host' }
  const capabilities = { elicitation: { form: {} }, extensions: { 'com.example/x': {} } }
  const meta = {
    ...least,
    [META.clientInfo]: clientInfo,
    [META.clientCapabilities]: capabilities,
    [META.logLevel]: 'warning',
    progressToken: 0,
    'com.example/other': 1,
  }
  expect(readEnvelope(request(meta), MODERN)).toEqual({
    revision: MODERN,
    client: { name: 'host', version: '1.2' },
    clientInfo,
    capabilities,
    logLevel: 'warning',
    progressToken: 0,
  })
})

test('what is optional may be absent', () => {
  const empty = {
    revision: MODERN,
    client: { name: 'unknown', version: '' },
    clientInfo: undefined,
    capabilities: {},
    logLevel: undefined,
    progressToken: undefined,
  }
  expect(readEnvelope(request(least), MODERN)).toEqual(empty)
  const bare = { kind: 'notification', method: 'x', params: undefined } as const
  expect(readEnvelope(bare, MODERN)).toEqual(empty)
})

describe('what is missing or of a wrong type is refused', () => {
  const info = '`params._meta.io.modelcontextprotocol/clientInfo`'
  const named = `${info} must have a \`name\` and a \`version\``
  test.each([
    [undefined, '`params._meta.io.modelcontextprotocol/protocolVersion` is missing'],
    [{}, '`params._meta.io.modelcontextprotocol/protocolVersion` is missing'],
    [
      { [META.protocolVersion]: MODERN },
      '`params._meta.io.modelcontextprotocol/clientCapabilities` is missing',
    ],
    [
      { ...least, [META.clientCapabilities]: [] },
      '`params._meta.io.modelcontextprotocol/clientCapabilities` must be an object',
    ],
    [{ ...least, [META.clientInfo]: 'host' }, `${info} must be an object`],
    [{ ...least, [META.clientInfo]: null }, `${info} must be an object`],
    [{ ...least, [META.clientInfo]: { name: 'host' } }, named],
    [{ ...least, [META.clientInfo]: { name: 1, version: '1' } }, named],
    [
      { ...least, [META.logLevel]: 'loud' },
      '`params._meta.io.modelcontextprotocol/logLevel` must be one of debug, info, notice, warning, error, critical, alert, emergency',
    ],
    [
      { ...least, progressToken: 1.5 },
      '`params._meta.progressToken` must be a string or an integer',
    ],
    [
      { ...least, progressToken: null },
      '`params._meta.progressToken` must be a string or an integer',
    ],
  ])('%j', (meta, failure) => {
    expect(failureOf(() => readEnvelope(request(meta), MODERN))).toBe(
      `envelope_invalid: ${failure}`,
    )
  })

  test('`_meta` itself', () => {
    const message = { ...request({}), params: { _meta: [] } }
    expect(failureOf(() => readEnvelope(message, MODERN))).toBe(
      'envelope_invalid: `params._meta` must be an object',
    )
  })
})
