import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CANARY_KINDS } from '../kernel/canary.ts'
import { createFinder } from './finder.ts'
import { mint } from './mint.ts'

const KEY = Buffer.alloc(32, 3)
const HOST = 'files.example'
const kinds = fc.constantFrom(...CANARY_KINDS)
const ids = fc.string({ minLength: 1, maxLength: 30 })

function planted(...all: readonly (readonly [id: string, kind: (typeof CANARY_KINDS)[number]])[]) {
  const finder = createFinder()
  for (const [id, kind] of all) finder.add(id, mint(KEY, id, kind, HOST).parts)
  return finder
}

test('every decoy is the same each time, another for each id and key, and each part is recognised', () => {
  fc.assert(
    fc.property(kinds, ids, (kind, id) => {
      const { value, parts } = mint(KEY, id, kind, HOST)
      expect(mint(KEY, id, kind, HOST).value).toBe(value)
      expect(mint(KEY, `${id}.`, kind, HOST).value).not.toBe(value)
      expect(mint(Buffer.alloc(32, 4), id, kind, HOST).value).not.toBe(value)
      const { find } = planted([id, kind])
      for (const part of parts) {
        const [hit] = find(`see <${part}>`)
        // What stands before or behind letters and digits may be left out.
        expect(part).toContain(`see <${part}>`.slice(hit?.start, hit?.end))
        expect((hit?.end ?? 0) - (hit?.start ?? 0)).toBeGreaterThan(part.length - 4)
      }
    }),
  )
})

test('neither case, nor what stands around it or between its letters, hides a decoy', () => {
  const separator = fc.constantFrom(' ', '-', '_', '\n', '", "', ' + ', '\u200b', '…')
  fc.assert(
    fc.property(
      kinds,
      ids,
      fc.string(),
      separator,
      fc.nat(7),
      (kind, id, around, between, every) => {
        const [part] = mint(KEY, id, kind, HOST).parts
        const { find } = planted([id, kind])
        const apart = [...part].map((char, i) => (i % (every + 1) === 0 ? between + char : char))
        for (const text of [apart.join(''), part.toUpperCase(), part.toLowerCase()])
          expect(find(`${around}${text}${around}`)).toContainEqual(
            expect.objectContaining({ canary: id }),
          )
      },
    ),
  )
})

test('a value with another letter is nobody’s, as is that of another id', () => {
  fc.assert(
    fc.property(ids, fc.integer({ min: 4, max: 15 }), (id, place) => {
      const [accessKey = ''] = mint(KEY, id, 'aws-key', HOST).parts
      const other = accessKey[place] === 'Q' ? 'Z' : 'Q'
      const forged = accessKey.slice(0, place) + other + accessKey.slice(place + 1)
      expect(planted([id, 'aws-key']).find(forged)).toEqual([])
      expect(planted([`${id}.`, 'aws-key']).find(accessKey)).toEqual([])
    }),
  )
})

test('a million random words hold none of ten thousand decoys', () => {
  const finder = planted(
    ...Array.from({ length: 10_000 }, (_, i) => [`id-${i}`, 'api-key'] as const),
  )
  // 12 million characters in words of all lengths.
  let words = 0
  for (let i = 0; i < 9; i++) {
    const text = randomBytes(1_000_000).toString('base64').replaceAll(/[+/A]/g, ' ')
    words += text.split(' ').length
    expect(finder.find(text)).toEqual([])
  }
  for (let i = 0; i < 20; i++) {
    const text = randomBytes(200_000).toString('hex').replaceAll(/[0]/g, ' ')
    words += text.split(' ').length
    expect(finder.find(text)).toEqual([])
  }
  expect(words).toBeGreaterThan(1_000_000)
}, 60_000)

test('a retired decoy is recognised no more, others are', () => {
  const finder = planted(['one', 'record'], ['two', 'record'])
  const text = ['one', 'two'].map((id) => mint(KEY, id, 'record', HOST).value).join('\n')
  const found = () => new Set(finder.find(text).map(({ canary }) => canary))
  expect(found()).toEqual(new Set(['one', 'two']))
  finder.remove('one')
  expect(found()).toEqual(new Set(['two']))
})

test('a decoy looks like what it stands for', () => {
  const of = (kind: (typeof CANARY_KINDS)[number]) => mint(KEY, 'x', kind, HOST).value
  expect(of('aws-key')).toMatch(
    /^aws_access_key_id = AKIA[A-Z2-7]{16}\naws_secret_access_key = [\w+/]{40}$/,
  )
  expect(of('github-token')).toMatch(/^ghp_[A-Za-z0-9]{36}$/)
  expect(of('url')).toMatch(/^https:\/\/files\.example\/share\/\w{28}$/)
  expect(of('email')).toMatch(/^[a-z]+\.[a-z]+\.[a-z0-9]{13}@files\.example$/)
  expect(JSON.parse(of('record'))).toMatchObject({ id: expect.stringMatching(/^cus_/) })
})
