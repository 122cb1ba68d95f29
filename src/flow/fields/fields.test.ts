import { expect, test } from 'vitest'
import type { Json } from '../../kernel/json.ts'
import { fieldsOf } from './fields.ts'

function seen(message: Json): readonly string[] {
  return fieldsOf(message).map(({ form, at, name, text }) => `${form} ${at} [${name}] ${text}`)
}

function textSeen(text: string): readonly string[] {
  return fieldsOf({ content: [{ type: 'text', text }] }).map(
    ({ form, at, name, text }) => `${form} ${at.slice('/content/0/text'.length)} [${name}] ${text}`,
  )
}

test('reads the leaves of a JSON text, and free text by the names of members', () => {
  expect(
    textSeen('[{"id": "13", "title": "Team sync", "body": "See you", "from": "ann@a.example"}]'),
  ).toEqual([
    'value /0/id [id] 13',
    'text /0/title [title] Team sync',
    'text /0/body [body] See you',
    'value /0/from [from] ann@a.example',
  ])
})

test('reads structured content too, and all of an error as text', () => {
  expect(seen({ content: [], structuredContent: { id: 7, owner: 'ann' } })).toEqual([
    'value /structuredContent/id [id] 7',
    'value /structuredContent/owner [owner] ann',
  ])
  expect(seen({ content: [{ type: 'text', text: '{"to": "eve"}' }], isError: true })).toEqual([
    'text /content/0/text/to [to] eve',
  ])
})
