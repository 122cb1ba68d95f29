import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Message } from '../message.ts'
import { META } from '../revision.ts'
import { parseClientMessage, parseServerMessage } from './parse-message.ts'
import { codeOf, failureOf } from './testing/failure-of.ts'
import { naiveParse } from './testing/naive-json.ts'

const client = (text: string) => parseClientMessage(text).message
const server = (text: string) => parseServerMessage(text).message
const bytes = (text: string) => new TextEncoder().encode(text)

describe('the four shapes', () => {
  const shapes: readonly (readonly [string, Message])[] = [
    [
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":{"Name":1}}}',
      {
        kind: 'request',
        id: 1,
        method: 'tools/call',
        params: { name: 'x', arguments: { Name: 1 } },
      },
    ],
    [
      '{"id":"a","method":"ping","jsonrpc":"2.0"}',
      { kind: 'request', id: 'a', method: 'ping', params: undefined },
    ],
    [
      '{"jsonrpc":"2.0","method":"notifications/initialized","params":{}}',
      { kind: 'notification', method: 'notifications/initialized', params: {} },
    ],
    [
      '{"jsonrpc":"2.0","id":0,"error":{"code":-1,"message":"no","data":[1]}}',
      { kind: 'error', id: 0, error: { code: -1, message: 'no', data: [1] } },
    ],
    [
      '{"jsonrpc":"2.0","id":null,"error":{"code":-1,"message":""}}',
      { kind: 'error', id: null, error: { code: -1, message: '' } },
    ],
  ]
  test.each(shapes)('%s', (text, message) => {
    expect(parseClientMessage(bytes(text))).toEqual({ message, text })
    expect(server(text)).toEqual(message)
  })

  test('a result, which a server’s keeps its text', () => {
    const text = '{"jsonrpc":"2.0","id":7,"result": {"a": 1.0} }'
    const message = { kind: 'result', id: 7, result: { a: 1 } }
    expect(client(text)).toEqual(message)
    expect(server(text)).toEqual({ ...message, resultText: '{"a": 1.0}' })
  })
})

describe('both sides refuse', () => {
  const id = '`id` must be an integer or a string of at most 256 characters'
  const method = '`method` must be 1 to 256 visible ASCII characters'
  test.each([
    ['null', 'a message must be a JSON object'],
    ['"x"', 'a message must be a JSON object'],
    ['{}', '`jsonrpc` must be `2.0`'],
    ['{"jsonrpc":2.0,"method":"a"}', '`jsonrpc` must be `2.0`'],
    ['{"jsonrpc":"1.0","method":"a"}', '`jsonrpc` must be `2.0`'],
    ['{"jsonrpc":"2.0"}', 'a message must have a `method`, or an object as its `result`'],
    ['{"jsonrpc":"2.0","id":1}', 'a message must have a `method`, or an object as its `result`'],
    ['{"jsonrpc":"2.0","id":1,"method":""}', method],
    ['{"jsonrpc":"2.0","id":1,"method":"tools call"}', method],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/cäll"}', method],
    ['{"jsonrpc":"2.0","id":1,"method":"a\\n"}', method],
    [`{"jsonrpc":"2.0","id":1,"method":"${'a'.repeat(257)}"}`, method],
    ['{"jsonrpc":"2.0","id":1,"method":["a"]}', method],
    ['{"jsonrpc":"2.0","id":1,"method":null}', method],
    ['{"jsonrpc":"2.0","id":1,"method":"a","params":[]}', '`params` must be an object'],
    ['{"jsonrpc":"2.0","id":1,"method":"a","params":"x"}', '`params` must be an object'],
    ['{"jsonrpc":"2.0","id":null,"method":"a"}', id],
    ['{"jsonrpc":"2.0","id":1.5,"method":"a"}', id],
    ['{"jsonrpc":"2.0","id":true,"method":"a"}', id],
    ['{"jsonrpc":"2.0","id":{},"method":"a"}', id],
    [`{"jsonrpc":"2.0","id":"${'a'.repeat(257)}","method":"a"}`, id],
    ['{"jsonrpc":"2.0","result":{}}', id],
    ['{"jsonrpc":"2.0","id":1,"method":"a","result":{}}', 'a request has no `result` or `error`'],
    [
      '{"jsonrpc":"2.0","method":"a","error":{"code":1,"message":""}}',
      'a request has no `result` or `error`',
    ],
    [
      '{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}',
      'a response has either a `result` or an `error`',
    ],
    ['{"jsonrpc":"2.0","id":1,"result":{},"params":{}}', 'a response has no `params`'],
    [
      '{"jsonrpc":"2.0","id":1,"result":[]}',
      'a message must have a `method`, or an object as its `result`',
    ],
    ['{"jsonrpc":"2.0","id":1,"error":"x"}', '`error` must be an object'],
    ['{"jsonrpc":"2.0","id":1,"error":{"message":""}}', '`error.code` must be an integer'],
    [
      '{"jsonrpc":"2.0","id":1,"error":{"code":1.5,"message":""}}',
      '`error.code` must be an integer',
    ],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1}}', '`error.message` must be a string'],
  ])('%s', (text, failure) => {
    expect(failureOf(() => client(text))).toBe(`message_malformed: ${failure}`)
    expect(failureOf(() => server(text))).toBe(
      'upstream_malformed: the server sent a message that cannot be read',
    )
  })

  test.each(['[]', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]'])('the batch %s', (text) => {
    expect(failureOf(() => client(text))).toBe(
      'batch_refused: batches are not supported: send one message at a time',
    )
    expect(codeOf(() => server(text))).toBe('upstream_malformed')
  })
})

describe('a client may not add members', () => {
  test.each(['Method', 'ID', 'jsonRPC', 'meta', 'params ', '', 'x'.repeat(99)])('`%s`', (name) => {
    const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'a', [name]: 1 })
    expect(codeOf(() => client(text))).toBe('message_malformed')
    expect(codeOf(() => server(text))).toBe('accepted')
  })

  test('nor to an error, nor leave its id out', () => {
    const more = '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"","stack":""}}'
    expect(failureOf(() => client(more))).toBe(
      'message_malformed: `stack` is no member of a JSON-RPC error',
    )
    expect(server(more)).toEqual({ kind: 'error', id: 1, error: { code: 1, message: '' } })
    const nameless = '{"jsonrpc":"2.0","error":{"code":1,"message":""}}'
    expect(failureOf(() => client(nameless))).toBe('message_malformed: an error must have an `id`')
    expect(server(nameless)).toMatchObject({ kind: 'error', id: null })
  })
})

test('a server may write null for what is absent', () => {
  expect(server('{"jsonrpc":"2.0","id":1,"result":{},"error":null}')).toMatchObject({ result: {} })
  expect(
    server('{"jsonrpc":"2.0","id":1,"result":null,"error":{"code":1,"message":""}}'),
  ).toMatchObject({ kind: 'error' })
  expect(server('{"jsonrpc":"2.0","method":"a","params":null}')).toMatchObject({ method: 'a' })
  expect(codeOf(() => client('{"jsonrpc":"2.0","method":"a","params":null}'))).toBe(
    'message_malformed',
  )
})

test('a server may not write what has two readings', () => {
  for (const result of ['{"a":1,"a":2}', '{"__proto__":{}}', '{"a":"\\ud800"}']) {
    const text = `{"jsonrpc":"2.0","id":1,"result":${result}}`
    expect(codeOf(() => server(text))).toBe('upstream_malformed')
  }
  const big = '{"jsonrpc":"2.0","id":1,"result":{"n":12345678901234567890}}'
  expect(server(big)).toMatchObject({ resultText: '{"n":12345678901234567890}' })
  expect(codeOf(() => client(big))).toBe('json_ambiguous')
})

describe('a client’s params hold no look-alike', () => {
  const spell = (params: object) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
  test.each([
    ['Name'],
    ['NAME'],
    [' name'],
    ['name '],
    ['name\u00a0'],
    ['na\u200bme'],
    ['name\0x'],
    ['ｎａｍｅ'],
    ['na\u00adme'],
    ['\ufeffname'],
    ['name\n'],
    ['Arguments'],
    ['argument\u017f'],
    ['ARGUMENTS'],
    ['URI'],
    ['ur\u0131'],
    ['UR\u0130'],
    ['_Meta'],
    ['Cursor'],
    ['inputresponses'],
    ['InputResponses'],
    ['requeststate'],
    ['requestState '],
    ['Ref'],
    ['Argument'],
    ['Level'],
    ['TaskId'],
    ['requestid'],
    ['ProtocolVersion'],
    ['clientinfo'],
  ])('%j', (name) => {
    expect(codeOf(() => client(spell({ [name]: 1 })))).toBe('json_ambiguous')
    expect(codeOf(() => client(spell({ name: 'x', [name]: 1 })))).toBe('json_ambiguous')
    // A server's params are written anew; arguments are the tool's own.
    expect(codeOf(() => server(spell({ [name]: 1 })))).toBe('accepted')
    expect(codeOf(() => client(spell({ arguments: { [name]: 1 } })))).toBe('accepted')
  })

  test.each([
    ['ProgressToken'],
    ['progresstoken'],
    ['io.modelcontextprotocol/ProtocolVersion'],
    ['io.modelcontextprotocol/protocolversion'],
    ['IO.modelcontextprotocol/clientInfo'],
    ['io.modelcontextprotocol/clientCapabilities '],
    ['io.modelcontextprotocol/LOGLEVEL'],
    ['progressTo\u212Aen'],
  ])('%j in `_meta`', (name) => {
    expect(codeOf(() => client(spell({ _meta: { [name]: 1 } })))).toBe('json_ambiguous')
  })

  test('in the parts of a completion', () => {
    expect(failureOf(() => client(spell({ ref: { type: 'ref/prompt', Name: 'x' } })))).toBe(
      'json_ambiguous: a member of `params.ref` differs from `name` only in case or invisible characters',
    )
    expect(codeOf(() => client(spell({ argument: { VALUE: 'x' } })))).toBe('json_ambiguous')
  })

  test('known and foreign names pass', () => {
    const names = ['name', 'arguments', 'uri', '_meta', 'cursor', 'task', 'Other', 'größe', 'names']
    expect(codeOf(() => client(spell(Object.fromEntries(names.map((name) => [name, {}])))))).toBe(
      'accepted',
    )
    const meta = {
      progressToken: 1,
      'com.example/x': 1,
      ...Object.fromEntries(Object.values(META).map((name) => [name, 1])),
    }
    expect(codeOf(() => client(spell({ _meta: meta })))).toBe('accepted')
  })
})

const name = fc.oneof(
  fc.constantFrom('name', 'arguments', 'uri', '_meta', 'cursor', 'progressToken', 'Name', 'a', 'b'),
  fc.string({ maxLength: 6 }),
)
const params = fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 })
const valid = fc
  .record(
    {
      jsonrpc: fc.constant('2.0'),
      id: fc.oneof(fc.maxSafeInteger(), fc.string()),
      method: fc.constantFrom('tools/call', 'ping', 'notifications/x'),
      params,
    },
    { requiredKeys: ['jsonrpc', 'method'] },
  )
  .map((message) => JSON.stringify(message))

/** A valid message with a few bytes cut, doubled or replaced. */
const mutated = fc
  .tuple(
    valid.map((text) => [...text]),
    fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.constantFrom(...'{}[]:,"\\u0e-. \0é\ud800')), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([characters, edits]) => {
    for (const [position, kind, character] of edits) {
      const at = position % (characters.length + 1)
      if (kind === 0) characters.splice(at, 1)
      else if (kind === 1) characters.splice(at, 0, ...characters.slice(at, at + 12))
      else if (kind === 2) characters.splice(at, 0, character)
      else if (kind === 3) characters.splice(at, 5)
      else characters.splice(at, 1, character)
    }
    return characters.join('')
  })

const CLIENT_CODES = [
  'accepted',
  'json_malformed',
  'json_ambiguous',
  'batch_refused',
  'message_malformed',
]

test('what is accepted is what is forwarded, and has no duplicate name', () => {
  let accepted = 0
  fc.assert(
    fc.property(fc.oneof(valid, mutated), (text) => {
      const code = codeOf(() => client(text))
      expect(CLIENT_CODES).toContain(code)
      expect(['accepted', 'upstream_malformed']).toContain(codeOf(() => server(text)))
      if (code !== 'accepted') return
      accepted += 1
      const parsed = parseClientMessage(bytes(text))
      expect(parsed.text).toBe(text)
      const naive = naiveParse(text)
      expect(naive.duplicates).toEqual([])
      const { kind: _, ...message } = parsed.message
      const present = Object.entries(message).filter(([, value]) => value !== undefined)
      expect({ jsonrpc: '2.0', ...Object.fromEntries(present) }).toEqual(naive.value)
    }),
    { numRuns: 3_000 },
  )
  expect(accepted).toBeGreaterThan(300)
})
