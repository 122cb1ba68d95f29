import { expect, test } from 'vitest'
import type { InstalledPackage, PackageProvenance } from '../../kernel/packages.ts'
import { diffPackages, type PackageDiff, type PackageSight } from './diff.ts'
import { diffText } from './text.ts'

const installed: InstalledPackage = {
  server: 'files',
  ecosystem: 'npm',
  name: '@acme/files',
  version: '1.2.3',
  integrity: 'sha512-own',
  lock: 'a'.repeat(64),
  tree: 'b'.repeat(64),
  folder: '/nowhere',
  dependencies: 2,
  scripted: [],
  provenance: { kind: 'absent' },
}
const VERIFIED: PackageProvenance = {
  kind: 'verified',
  repository: 'https://github.com/acme/files',
  builder: 'https://github.com/actions/runner/github-hosted',
}

const entry = (
  version: string,
  integrity = `sha512-${version}`,
  host = 'registry.example.test',
) => ({
  version,
  integrity,
  resolved: `https://${host}/x.tgz`,
})
const lockOf = (packages: Record<string, ReturnType<typeof entry>>): string =>
  JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { '@acme/files': '*' } },
      'node_modules/@acme/files': entry('1.2.3'),
      ...packages,
    },
  })
const MANIFEST = {
  name: '@acme/files',
  bin: { files: 'dist/main.js' },
  author: { name: 'A. Author', email: 'a@example.test' },
  maintainers: ['B. Author'],
  repository: { type: 'git', url: 'git+https://github.com/acme/files.git' },
  license: 'MIT',
  scripts: { test: 'vitest' },
}

/** One artifact, in as much as it differs from the first. */
function sight(
  own: Partial<InstalledPackage> = {},
  packages: Record<string, ReturnType<typeof entry>> = { 'node_modules/a': entry('1.0.0') },
  rest: Partial<PackageSight> & { readonly says?: object } = {},
): PackageSight {
  const { says, ...other } = rest
  return {
    package: { ...installed, ...own },
    lock: lockOf(packages),
    manifest: JSON.stringify({ ...MANIFEST, ...says }),
    ...other,
  }
}
const FIRST = sight()
const told = ({ changes }: PackageDiff): readonly string[] =>
  changes.map(({ risk, kind }) => `${risk} ${kind}`)

test('what is equal differs in nothing, however it lies in the tree', () => {
  const moved = sight({ folder: '/elsewhere' }, { 'node_modules/b/node_modules/a': entry('1.0.0') })
  expect(diffPackages(FIRST, moved)).toMatchObject({ risk: 'none', changes: [] })
})

test.each([
  ['1.2.3', '1.2.4', 'patch', 'low'],
  ['1.2.3', '1.3.0', 'minor', 'low'],
  ['1.2.3', '2.0.0', 'major', 'medium'],
  ['1.2.3', '2.0.0-rc.1', 'prerelease', 'medium'],
  ['1.2.3', '1.2.2', 'downgrade', 'high'],
  ['2.0.0', '2.0.0-rc.1', 'downgrade', 'high'],
  ['1.2.3', 'what', 'unordered', 'medium'],
])('from %s to %s is a step of %s', (from, to, step, risk) => {
  const [before, after] = [sight({ version: from }), sight({ version: to })]
  expect(diffPackages(before, after)).toMatchObject({
    ...{ from, to, risk, changes: [{ kind: 'version', from, to, step, risk }] },
  })
})

test('other bytes for the same version alarm, of the artifact as of a dependency', () => {
  expect(told(diffPackages(FIRST, sight({ integrity: 'sha512-other' })))).toEqual([
    'alarming integrity',
  ])
  const swapped = sight({}, { 'node_modules/a': entry('1.0.0', 'sha512-other') })
  expect(told(diffPackages(FIRST, swapped))).toEqual(['alarming dependency-integrity'])
  const unpinned = sight({}, { 'node_modules/a': entry('1.0.0', '') })
  expect(told(diffPackages(FIRST, unpinned))).toEqual(['alarming dependency-integrity'])
  const second = sight(
    {},
    {
      'node_modules/a': entry('1.0.0'),
      'node_modules/b/node_modules/a': entry('1.0.0', 'sha512-other'),
    },
  )
  expect(told(diffPackages(FIRST, second))).toEqual(['alarming dependency-integrity'])
})

test('dependencies that come, go, change and move are told', () => {
  const before = sight({}, { 'node_modules/a': entry('1.0.0'), 'node_modules/b': entry('2.0.0') })
  const after = sight(
    {},
    {
      'node_modules/a': entry('1.0.0', undefined, 'other.example.test'),
      'node_modules/b': entry('1.9.0'),
      'node_modules/c': entry('0.1.0'),
    },
  )
  const { changes } = diffPackages(before, after)
  expect(changes).toEqual([
    {
      ...{ kind: 'dependency-source', name: 'a', risk: 'high' },
      ...{ from: 'registry.example.test', to: 'other.example.test' },
    },
    {
      ...{ kind: 'dependency-changed', name: 'b', from: ['2.0.0'], to: ['1.9.0'] },
      ...{ step: 'downgrade', risk: 'high' },
    },
    { kind: 'dependency-added', name: 'c', versions: ['0.1.0'], risk: 'medium' },
  ])
  expect(diffPackages(after, before).changes).toContainEqual({
    ...{ kind: 'dependency-removed', name: 'c', versions: ['0.1.0'], risk: 'low' },
  })
})

test('install scripts are told with their text, of the package and of what it needs', () => {
  const says = { scripts: { postinstall: 'node setup.js', test: 'jest' } }
  expect(diffPackages(FIRST, sight({}, undefined, { says })).changes).toEqual([
    {
      ...{ kind: 'script-added', package: '@acme/files', script: 'postinstall' },
      ...{ text: 'node setup.js', risk: 'high' },
    },
  ])
  const native = (version: string, install: string | undefined): PackageSight =>
    sight({ scripted: [`a@${version}`] }, undefined, {
      scripted: new Map(
        install === undefined ? [] : [[`a@${version}`, JSON.stringify({ scripts: { install } })]],
      ),
    })
  expect(told(diffPackages(FIRST, native('1.0.0', 'make')))).toEqual(['high script-added'])
  expect(told(diffPackages(native('1.0.0', 'make'), native('1.0.1', 'make')))).toEqual([])
  expect(diffPackages(native('1.0.0', 'make'), native('1.0.1', 'curl x')).changes).toEqual([
    {
      ...{ kind: 'script-changed', package: 'a', script: 'install', risk: 'high' },
      ...{ from: 'make', to: 'curl x' },
    },
  ])
  expect(told(diffPackages(native('1.0.0', 'make'), FIRST))).toEqual(['low script-removed'])
  // What could not be read is not taken for what it was.
  expect(told(diffPackages(native('1.0.0', undefined), native('1.0.1', undefined)))).toEqual([
    'high script-changed',
  ])
})

test('what a package says of itself is compared', () => {
  const says = {
    bin: { files: 'dist/main.js', extra: 'x.js' },
    author: 'Somebody Else',
    repository: 'https://github.com/evil/files',
    license: 'BUSL-1.1',
  }
  expect(diffPackages(FIRST, sight({}, undefined, { says })).changes).toEqual([
    {
      ...{ kind: 'repository', from: 'git+https://github.com/acme/files.git', risk: 'high' },
      to: 'https://github.com/evil/files',
    },
    { kind: 'bin-added', name: 'extra', file: 'x.js', risk: 'medium' },
    {
      ...{ kind: 'people', added: ['Somebody Else'], risk: 'medium' },
      removed: ['A. Author <a@example.test>'],
    },
    { kind: 'license', from: 'MIT', to: 'BUSL-1.1', risk: 'low' },
  ])
})

test.each([
  ['lost', VERIFIED, { kind: 'absent' }, ['high provenance']],
  ['no longer good', VERIFIED, { kind: 'unverified', reason: 'x' }, ['alarming provenance']],
  [
    'of another repository',
    VERIFIED,
    { ...VERIFIED, repository: 'https://github.com/evil/x' },
    ['high provenance'],
  ],
  [
    'of another builder',
    VERIFIED,
    { ...VERIFIED, builder: 'https://github.com/x' },
    ['medium provenance'],
  ],
  ['new', { kind: 'absent' }, VERIFIED, ['low provenance']],
  ['of another commit', VERIFIED, { ...VERIFIED, commit: 'f'.repeat(40) }, []],
] as const)('provenance that is %s shows', (_, from, to, expected) => {
  expect(told(diffPackages(sight({ provenance: from }), sight({ provenance: to })))).toEqual(
    expected,
  )
})

test('files and size are counted', () => {
  const files = (all: Record<string, string>, size: number): PackageSight =>
    sight({}, undefined, { files: new Map(Object.entries(all)), size })
  const before = files({ a: '1', b: '1' }, 100)
  expect(diffPackages(before, files({ a: '2', c: '1', d: '1' }, 301)).changes).toEqual([
    { kind: 'size', from: 100, to: 301, risk: 'medium' },
    { kind: 'files', added: 2, removed: 1, changed: 1, risk: 'low' },
  ])
  expect(told(diffPackages(before, files({ a: '1', b: '1' }, 120)))).toEqual(['low size'])
})

test('another package under the same server is told before all else', () => {
  expect(told(diffPackages(FIRST, sight({ name: '@acme/flies' })))).toContain('high name')
})

test('on a terminal nothing that a publisher wrote hides or breaks a line', () => {
  const says = { scripts: { postinstall: 'echo \u001b[2K\u202e\nrm -rf /' } }
  const diff = diffPackages(FIRST, sight({ version: '1.2.4' }, undefined, { says }))
  expect(diffText(diff)).toEqual([
    'files: @acme/files 1.2.3 -> 1.2.4, risk high',
    '  high      install script of @acme/files: new `postinstall`: echo [U+001B][2K[U+202E][U+000A]rm -rf /',
    '  low       version 1.2.3 -> 1.2.4 (patch)',
  ])
})
