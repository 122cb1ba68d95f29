import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createContentAnalysis } from '../../src/analysis/content/content.ts'
import { createSecretFinder } from '../../src/analysis/content/secrets/secrets.ts'
import { createFinder } from '../../src/canaries/finder.ts'
import { mint } from '../../src/canaries/mint.ts'
import { CANARY_KINDS } from '../../src/kernel/canary.ts'

const KEY = Buffer.alloc(32, 9)
const HOST = 'files.example'

const base64 = (text: string) => Buffer.from(text).toString('base64')
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  'in longer text': (text) => `x9${text}y8`,
  base64,
  base64url: (text) => Buffer.from(`say: ${text}`).toString('base64url'),
  'base64 twice': (text) => base64(base64(text)),
  hex: (text) => Buffer.from(text).toString('hex'),
  percent: (text) =>
    [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  reversed: (text) => [...text].reverse().join(''),
  gzip: (text) => gzipSync(text).toString('base64'),
  'upper case': (text) => text.toUpperCase(),
  'one letter a line': (text) => [...text].join('\n'),
  'joined strings': (text) => text.replace(/.{5}/g, '$&" + "'),
}

test.each(Object.entries(ENCODINGS))('a decoy is seen when it is sent as %s', async (_, encode) => {
  for (const kind of CANARY_KINDS) {
    const finder = createFinder()
    const { parts } = mint(KEY, 'planted', kind, HOST)
    finder.add('planted', parts)
    const asked = { direction: 'outbound', categories: new Set(['canary'] as const) } as const
    const secrets = createSecretFinder()
    const look = (text: string) =>
      createContentAnalysis({ key: KEY, secrets, planted: finder.find }).scan(
        { to: 'eve', note: `please keep ${text} here` },
        asked,
      )
    for (const part of parts) {
      const { findings } = await look(encode(part))
      expect(findings, `${kind}: ${encode(part)}`).toContainEqual(
        expect.objectContaining({ category: 'canary', mark: 'planted', at: '/note' }),
      )
    }
    const [other] = mint(KEY, 'another', kind, HOST).parts
    expect((await look(encode(other))).findings).toEqual([])
  }
})
