import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { Message, Request } from '../message.ts'
import { META } from '../revision.ts'
import { classify } from './classify.ts'
import { failureOf } from './testing/failure-of.ts'

const MODERN = '2026-07-28'
const version = (revision: string) => ({ 'mcp-protocol-version': revision })
const envelope = (revision: JsonObject[string] = MODERN) => ({
  [META.protocolVersion]: revision,
  [META.clientCapabilities]: {},
})
const request = (method: string, params?: JsonObject): Request => ({
  kind: 'request',
  id: 1,
  method,
  params,
})
const modern = request('tools/list', { _meta: envelope() })
const legacy = request('tools/list')
const initialize = request('initialize', { protocolVersion: '2025-06-18' })
const notification: Message = { kind: 'notification', method: 'notifications/x', params: undefined }
const response: Message = { kind: 'result', id: 1, result: {} }

describe('a message of one era', () => {
  test.each([
    ['its envelope', modern, {}, { era: 'modern', revision: MODERN }],
    ['envelope and header', modern, version(` ${MODERN} `), { era: 'modern', revision: MODERN }],
    [
      'initialize with an envelope',
      request('initialize', { _meta: envelope() }),
      version(MODERN),
      { era: 'modern', revision: MODERN },
    ],
    ['a notification by its header', notification, version(MODERN), { era: 'modern' }],
    ['nothing', legacy, {}, { era: 'legacy', revision: '2025-03-26', stated: false }],
    [
      'a header',
      legacy,
      version('2025-11-25'),
      { era: 'legacy', revision: '2025-11-25', stated: true },
    ],
    [
      'a progress token alone',
      request('tools/list', { _meta: { progressToken: 1 } }),
      {},
      { era: 'legacy', revision: '2025-03-26', stated: false },
    ],
    ['initialize', initialize, {}, { era: 'legacy', revision: '2025-06-18', stated: true }],
    [
      'initialize, reconnecting',
      initialize,
      version('2025-11-25'),
      { era: 'legacy', revision: '2025-06-18' },
    ],
    ...['2024-11-05', MODERN, 7].map(
      (asked) =>
        [
          `initialize asking for ${asked}`,
          request('initialize', { protocolVersion: asked }),
          {},
          { era: 'legacy', revision: '2025-11-25', stated: true },
        ] as const,
    ),
    ['a response', response, version('2025-06-18'), { era: 'legacy', revision: '2025-06-18' }],
    ['a response, no header', response, {}, { era: 'legacy', stated: false }],
  ] as const)('%s', (_what, message, headers, classified) => {
    expect(classify(message, headers)).toMatchObject(classified)
  })
})

describe('a message with the marks of both', () => {
  const differs =
    'header_mismatch: header `mcp-protocol-version` does not match the revision of the body'
  const missing = (name: string) =>
    `envelope_invalid: \`params._meta.io.modelcontextprotocol/${name}\` is missing`
  test.each([
    ['a modern header, no envelope', legacy, version(MODERN), missing('protocolVersion')],
    [
      'a modern header, half an envelope',
      request('tools/list', { _meta: { [META.clientCapabilities]: {} } }),
      version(MODERN),
      missing('protocolVersion'),
    ],
    [
      'half an envelope the other way',
      request('tools/list', { _meta: { [META.protocolVersion]: MODERN } }),
      version(MODERN),
      missing('clientCapabilities'),
    ],
    [
      'half an envelope, no header',
      request('tools/list', { _meta: { [META.clientInfo]: {} } }),
      {},
      'envelope_invalid: `io.modelcontextprotocol/protocolVersion` is missing from an envelope that has other members',
    ],
    ['a legacy header', modern, version('2025-11-25'), differs],
    ['initialize with a modern header', initialize, version(MODERN), differs],
    [
      'an envelope of a legacy revision',
      request('tools/list', { _meta: envelope('2025-11-25') }),
      version('2025-11-25'),
      'envelope_invalid: revision `2025-11-25` has no envelope: begin with `initialize`',
    ],
    [
      'a version that is no string',
      request('tools/list', { _meta: envelope(20260728) }),
      version(MODERN),
      'envelope_invalid: `io.modelcontextprotocol/protocolVersion` must be a string',
    ],
    [
      'a notification of a third version',
      { ...notification, params: { _meta: envelope('v999') } },
      version(MODERN),
      differs,
    ],
    [
      'a response with a modern header',
      response,
      version(MODERN),
      'message_malformed: revision `2026-07-28` has no client responses',
    ],
    [
      'two headers',
      legacy,
      { 'mcp-protocol-version': ['2025-11-25', MODERN] },
      'header_mismatch: header `mcp-protocol-version` occurs more than once',
    ],
  ] as const)('%s', (_what, message, headers, failure) => {
    expect(failureOf(() => classify(message, headers))).toBe(failure)
  })
})

describe('a revision that nobody speaks is answered with those that we do', () => {
  test.each([
    ['in both', request('server/discover', { _meta: envelope('v999.0.0') }), version('v999.0.0')],
    ['in the envelope', request('server/discover', { _meta: envelope('v999.0.0') }), {}],
    ['in the header', legacy, version('v999.0.0')],
    ['in the header of initialize', initialize, version('v999.0.0')],
    ['in the header of a response', response, version('v999.0.0')],
  ] as const)('%s', (_what, message, headers) => {
    expect.assertions(1)
    try {
      classify(message, headers)
    } catch (thrown) {
      expect(thrown).toMatchObject({
        code: 'version_unsupported',
        message: 'unsupported protocol version',
        data: {
          supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'],
          requested: 'v999.0.0',
        },
      })
    }
  })
})
