import { expect, test } from 'vitest'
import type { FetchDocument, FetchedDocument } from '../../kernel/fetch-document.ts'
import { KeySetError, keySets } from './key-sets.ts'

const AT = { kind: 'address', url: 'https://idp.example/keys' } as const
const OF = { kind: 'discovered', issuer: 'https://idp.example/tenant' } as const

function host(answers: Record<string, Partial<FetchedDocument> | undefined>) {
  const fetched: string[] = []
  const state = { time: 1_000_000 }
  const fetchDocument: FetchDocument = async (url) => {
    fetched.push(url)
    const answer = answers[url]
    if (answer === undefined) throw new Error('unreachable')
    return { status: 200, type: 'application/json', text: '', maxAge: undefined, ...answer }
  }
  return { answers, fetched, state, sets: keySets({ fetchDocument, now: () => state.time }) }
}

const keys = (...kids: string[]) => JSON.stringify({ keys: kids.map((kid) => ({ kid })) })

test('keys are fetched once, and again when they are too old', async () => {
  const { sets, fetched, state } = host({ [AT.url]: { text: keys('a'), maxAge: 300 } })
  await Promise.all([sets.keys(AT, 'a'), sets.keys(AT, 'a'), sets.keys(AT, undefined)])
  state.time += 299_999
  expect(await sets.keys(AT, 'a')).toEqual([{ kid: 'a' }])
  expect(fetched).toHaveLength(1)
  state.time += 1
  await sets.keys(AT, 'a')
  expect(fetched).toHaveLength(2)
})

test.each([
  [0, 60_000],
  [undefined, 600_000],
  [999_999, 3_600_000],
])('a maximal age of %s means %i ms', async (maxAge, kept) => {
  const { sets, fetched, state } = host({ [AT.url]: { text: keys('a'), maxAge } })
  await sets.keys(AT, 'a')
  state.time += kept - 1
  await sets.keys(AT, 'a')
  expect(fetched).toHaveLength(1)
  state.time += 1
  await sets.keys(AT, 'a')
  expect(fetched).toHaveLength(2)
})

test('an unknown key is looked for once a minute, however many ask', async () => {
  const { sets, fetched, state, answers } = host({ [AT.url]: { text: keys('a') } })
  await sets.keys(AT, 'a')
  await Promise.all(Array.from({ length: 50 }, (_, kid) => sets.keys(AT, `evil${kid}`)))
  expect(fetched).toHaveLength(1)
  answers[AT.url] = { text: keys('a', 'b') }
  state.time += 60_000
  const found = await Promise.all(Array.from({ length: 50 }, () => sets.keys(AT, 'b')))
  expect(found).toEqual(Array.from({ length: 50 }, () => [{ kid: 'a' }, { kid: 'b' }]))
  await Promise.all(Array.from({ length: 50 }, (_, kid) => sets.keys(AT, `evil${kid}`)))
  expect(fetched).toHaveLength(2)
})

test('a failure is not repeated for a minute, and not for ever', async () => {
  const { sets, fetched, state, answers } = host({})
  for (let count = 0; count < 5; count += 1) await expect(sets.keys(AT, 'a')).rejects.toThrow()
  expect(fetched).toHaveLength(1)
  answers[AT.url] = { text: keys('a') }
  state.time += 60_000
  expect(await sets.keys(AT, 'a')).toEqual([{ kid: 'a' }])
})

test('keys that cannot be renewed are not used on', async () => {
  const { sets, state, answers } = host({ [AT.url]: { text: keys('a'), maxAge: 60 } })
  await sets.keys(AT, 'a')
  answers[AT.url] = undefined
  state.time += 60_000
  await expect(sets.keys(AT, 'a')).rejects.toThrow('unreachable')
})

test('an issuer says itself where its keys are', async () => {
  const metadata = `${OF.issuer}/.well-known/openid-configuration`
  const text = JSON.stringify({ issuer: OF.issuer, jwks_uri: AT.url })
  const { sets, fetched } = host({ [metadata]: { text }, [AT.url]: { text: keys('a') } })
  expect(await sets.keys(OF, 'a')).toEqual([{ kid: 'a' }])
  expect(fetched).toEqual([metadata, AT.url])
})

test.each([
  [
    'metadata of another issuer',
    JSON.stringify({ issuer: 'https://evil.example', jwks_uri: AT.url }),
  ],
  ['metadata without keys', JSON.stringify({ issuer: OF.issuer })],
  ['metadata that is a list', '[]'],
  ['metadata that is no JSON', '<html>'],
])('%s leads nowhere', async (_, text) => {
  const metadata = `${OF.issuer}/.well-known/openid-configuration`
  const { sets } = host({ [metadata]: { text }, [AT.url]: { text: keys('a') } })
  await expect(sets.keys(OF, 'a')).rejects.toThrow(KeySetError)
})

test.each([
  ['no keys', { text: '{}' }],
  ['too many keys', { text: keys(...Array.from({ length: 101 }, (_, kid) => `${kid}`)) }],
  ['an error', { status: 500, text: keys('a') }],
])('a set with %s is none', async (_, answer) => {
  const { sets } = host({ [AT.url]: answer })
  await expect(sets.keys(AT, 'a')).rejects.toThrow(KeySetError)
})

test('the sets of few issuers are kept', async () => {
  const answers = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`https://${index}.example/`, { text: keys('a') }]),
  )
  const { sets, fetched } = host(answers)
  for (const url of Object.keys(answers)) await sets.keys({ kind: 'address', url }, 'a')
  await sets.keys({ kind: 'address', url: 'https://299.example/' }, 'a')
  expect(fetched).toHaveLength(300)
  await sets.keys({ kind: 'address', url: 'https://0.example/' }, 'a')
  expect(fetched).toHaveLength(301)
})
