import { expect, test } from 'vitest'
import { lockFault } from './check-lock.ts'
import { readRegistries } from './registry.ts'

const REGISTRIES = readRegistries({
  registry: 'https://registry.example',
  '@acme:registry': 'https://acme.example/npm/',
  cafile: null,
})
const SHA512 = `sha512-${'A'.repeat(86)}==`
const GOOD = { resolved: 'https://registry.example/a/-/a-1.0.0.tgz', integrity: SHA512 }
const fault = (place: string, entry: object) =>
  lockFault(JSON.stringify({ packages: { '': {}, [place]: entry } }), REGISTRIES)

test.each([
  ['node_modules/a', GOOD],
  ['node_modules/a/node_modules/b', GOOD],
  ['node_modules/@acme/b', { ...GOOD, resolved: 'https://acme.example/npm/b.tgz' }],
  ['node_modules/a', { ...GOOD, resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' }],
  ['node_modules/a', { inBundle: true }],
])('%s is installed', (place, entry) => {
  expect(fault(place, entry)).toBeUndefined()
})

test.each<readonly [string, object, string]>([
  [
    'node_modules/a',
    { ...GOOD, resolved: 'https://evil.example/a.tgz' },
    'comes from elsewhere than the registry',
  ],
  [
    'node_modules/a',
    { ...GOOD, resolved: 'http://registry.example/a.tgz' },
    'comes from elsewhere than the registry',
  ],
  [
    'node_modules/a',
    { ...GOOD, resolved: 'git+ssh://git@registry.example/a.git' },
    'comes from elsewhere than the registry',
  ],
  [
    'node_modules/a',
    { resolved: '../a', link: true },
    'is a folder of this machine, not an archive',
  ],
  ['node_modules/a', { integrity: SHA512 }, 'comes from nowhere'],
  ['node_modules/a', { resolved: GOOD.resolved }, 'has no digest'],
  [
    'node_modules/a',
    { ...GOOD, integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' },
    'has only a weak digest',
  ],
  ['node_modules/../../etc', GOOD, 'lies outside of its folder'],
  ['../a', GOOD, 'lies outside of its folder'],
])('%s %j is not: %s', (place, entry, why) => {
  expect(fault(place, entry)).toBe(`\`${place}\` ${why}`)
})

test.each(['{}', '[]', '{"packages":[]}'])('%s is no lockfile', (text) => {
  expect(lockFault(text, REGISTRIES)).toBe('npm wrote no lockfile')
})

test.each([
  ['ftp://registry.example/', 'is no http address'],
  ['https://user:secret@registry.example/', 'holds a password'],
])('the registry %s is refused', (registry, why) => {
  expect(() => readRegistries({ registry })).toThrow(why)
})
