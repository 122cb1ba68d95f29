import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '../message.ts'
import { parseClientMessage, parseServerMessage } from './parse-message.ts'
import { messageText, oneLine, withId } from './serialize.ts'

test.each([
  [
    { kind: 'request', id: 1, method: 'ping', params: undefined },
    '{"jsonrpc":"2.0","id":1,"method":"ping"}',
  ],
  [
    { kind: 'request', id: 'a"b', method: 'x', params: { a: [1] } },
    '{"jsonrpc":"2.0","id":"a\\"b","method":"x","params":{"a":[1]}}',
  ],
  [{ kind: 'notification', method: 'x', params: {} }, '{"jsonrpc":"2.0","method":"x","params":{}}'],
  [{ kind: 'result', id: 1, result: { a: 1 } }, '{"jsonrpc":"2.0","id":1,"result":{"a":1}}'],
  [
    { kind: 'result', id: 1, result: { a: 1 }, resultText: '{ "a": 1.0 }' },
    '{"jsonrpc":"2.0","id":1,"result":{ "a": 1.0 }}',
  ],
  [
    { kind: 'error', id: null, error: { code: -32700, message: 'no' } },
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"no"}}',
  ],
] as const satisfies [Message, string][])('%j', (message, text) => {
  expect(messageText(message)).toBe(text)
})

test('a relay changes the id and nothing else', () => {
  const result = '{"n":12345678901234567890,\n\t"f":1.50,"s":"a\\nb"}'
  const { message } = parseServerMessage(`{"result":${result},"id":1,"jsonrpc":"2.0"}`)
  if (message.kind !== 'result') throw new Error('not a result')
  expect(messageText(withId(message, 'new'))).toBe(
    '{"jsonrpc":"2.0","id":"new","result":{"n":12345678901234567890, \t"f":1.50,"s":"a\\nb"}}',
  )
})

test('one line holds the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(' ', '\r\n'), (value, space) => {
      const text = JSON.stringify(value, null, 1).replaceAll('\n', space)
      expect(oneLine(text)).not.toMatch(/[\r\n]/)
      expect(JSON.parse(oneLine(text))).toEqual(JSON.parse(text))
    }),
  )
})

test('what is written is read as the same message', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{3}$/), fc.jsonValue()), (params) => {
      const message: Message = {
        kind: 'request',
        id: 1,
        method: 'x',
        params: { arguments: params },
      }
      fc.pre(!/\d{16}|__proto__/.test(messageText(message)))
      expect(parseClientMessage(messageText(message)).message).toEqual(
        JSON.parse(JSON.stringify(message)),
      )
    }),
  )
})
