import { expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import type { InstalledPackage } from '../../kernel/packages.ts'
import { sbomOf } from './sbom.ts'

const sri = (letter: string): string =>
  `sha512-${Buffer.from(letter.repeat(64)).toString('base64')}`
const hex = (letter: string): string => Buffer.from(letter.repeat(64)).toString('hex')

const installed: InstalledPackage = {
  server: 'files',
  ecosystem: 'npm',
  name: '@acme/files',
  version: '1.2.3',
  integrity: sri('f'),
  lock: 'a'.repeat(64),
  tree: 'b'.repeat(64),
  folder: '/nowhere',
  dependencies: 4,
  scripted: ['native@3.0.0'],
  provenance: { kind: 'verified', repository: 'https://github.com/acme/files', builder: 'x' },
}

const NPM = {
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { '@acme/files': '1.2.3' } },
    'node_modules/@acme/files': {
      version: '1.2.3',
      resolved: 'https://registry.example.test/@acme/files/-/files-1.2.3.tgz',
      integrity: sri('f'),
      license: 'MIT',
      dependencies: { a: '^1', native: '3' },
      optionalDependencies: { missing: '1' },
    },
    'node_modules/a': {
      version: '1.0.0',
      integrity: sri('a'),
      license: '(MIT OR Apache-2.0)',
      dependencies: { b: '1' },
    },
    'node_modules/a/node_modules/b': {
      version: '1.0.0',
      integrity: sri('b'),
      license: 'UNLICENSED',
    },
    'node_modules/b': { version: '2.0.0', integrity: sri('c'), optional: true },
    'node_modules/native': {
      version: '3.0.0',
      integrity: 'sha512-short',
      hasInstallScript: true,
      peerDependencies: { b: '2' },
    },
    'node_modules/native/node_modules/copy': { name: 'a', version: '1.0.0', integrity: sri('a') },
    'node_modules/native/node_modules/other': { name: 'a', version: '1.0.0', integrity: sri('z') },
  },
}

const bill = (lock: unknown = NPM, at = 0): JsonObject =>
  sbomOf({ package: installed, lock: JSON.stringify(lock), at, tool: '0.1.0' })
const component = (ref: string, of: JsonObject = bill()): JsonObject | undefined =>
  (of['components'] as readonly JsonObject[]).find((one) => one['bom-ref'] === ref)

test('the bill names what it is of, and when', () => {
  const { metadata, specVersion, bomFormat, serialNumber } = bill()
  expect([bomFormat, specVersion]).toEqual(['CycloneDX', '1.6'])
  expect(serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
  expect(metadata).toMatchObject({
    timestamp: '1970-01-01T00:00:00.000Z',
    component: {
      ...{ type: 'application', group: '@acme', name: 'files', version: '1.2.3' },
      purl: 'pkg:npm/%40acme/files@1.2.3',
      hashes: [{ alg: 'SHA-512', content: hex('f') }],
      licenses: [{ expression: 'MIT' }],
    },
  })
  const { component: subject } = metadata as { component: JsonObject }
  expect(subject['properties']).toContainEqual({
    name: 'bailiwick:provenance:repository',
    value: 'https://github.com/acme/files',
  })
  expect(subject['properties']).toContainEqual({
    name: 'bailiwick:install-scripts',
    value: 'native@3.0.0',
  })
})

test('each archive is one component, with its hash and licence; the subject is none of them', () => {
  const { components } = bill()
  expect((components as readonly JsonObject[]).map((one) => one['bom-ref'])).toEqual([
    'pkg:npm/a@1.0.0',
    'pkg:npm/b@1.0.0',
    'pkg:npm/b@2.0.0',
    'pkg:npm/native@3.0.0',
    'pkg:npm/a@1.0.0#2',
  ])
  expect(component('pkg:npm/a@1.0.0')).toEqual({
    ...{ type: 'library', 'bom-ref': 'pkg:npm/a@1.0.0', name: 'a', version: '1.0.0' },
    ...{ scope: 'required', purl: 'pkg:npm/a@1.0.0' },
    hashes: [{ alg: 'SHA-512', content: hex('a') }],
    licenses: [{ expression: '(MIT OR Apache-2.0)' }],
  })
  expect(component('pkg:npm/a@1.0.0#2')).toMatchObject({
    hashes: [{ alg: 'SHA-512', content: hex('z') }],
  })
  expect(component('pkg:npm/b@1.0.0')?.['licenses']).toEqual([{ license: { name: 'UNLICENSED' } }])
  expect(component('pkg:npm/b@2.0.0')?.['scope']).toBe('optional')
  const native = component('pkg:npm/native@3.0.0')
  expect(native).not.toHaveProperty('hashes')
  expect(native?.['properties']).toEqual([{ name: 'bailiwick:install-script', value: 'true' }])
})

test('who needs whom is what Node would find', () => {
  expect(bill()['dependencies']).toEqual([
    { ref: 'pkg:npm/%40acme/files@1.2.3', dependsOn: ['pkg:npm/a@1.0.0', 'pkg:npm/native@3.0.0'] },
    { ref: 'pkg:npm/a@1.0.0', dependsOn: ['pkg:npm/b@1.0.0'] },
    { ref: 'pkg:npm/a@1.0.0#2', dependsOn: [] },
    { ref: 'pkg:npm/b@1.0.0', dependsOn: [] },
    { ref: 'pkg:npm/b@2.0.0', dependsOn: [] },
    { ref: 'pkg:npm/native@3.0.0', dependsOn: ['pkg:npm/b@2.0.0'] },
  ])
})

test('the same source makes the same bytes, another one another number', () => {
  const { packages } = NPM
  const shuffled = { ...NPM, packages: Object.fromEntries(Object.entries(packages).reverse()) }
  expect(JSON.stringify(bill(shuffled))).toBe(JSON.stringify(bill()))
  const other = { ...NPM, packages: { ...packages, 'node_modules/b': { version: '2.0.1' } } }
  expect(bill(other)['serialNumber']).not.toBe(bill()['serialNumber'])
})

test('requirements with hashes make one too', () => {
  const requirements = `
# made by a resolver
annotated-types==0.7.0 \\
    --hash=sha256:${'1'.repeat(64)} \\
    --hash=sha256:${'2'.repeat(64)}
    # via pydantic
Clock_Server==1.0.0 --hash=sha256:${'3'.repeat(64)}
    # via -r in.txt
pydantic[email]==2.11.0 ; python_version >= '3.9' \\
    --hash=sha256:${'4'.repeat(64)}
    # via
    #   clock-server
`
  const integrity = `sha256-${Buffer.from('3'.repeat(64), 'hex').toString('base64')}`
  const own = { ecosystem: 'pypi', name: 'clock-server', version: '1.0.0', integrity } as const
  const { dependencies, ...made } = sbomOf({
    ...{ package: { ...installed, ...own }, lock: requirements, at: 0, tool: '0.1.0' },
  })
  expect(dependencies).toEqual([
    { ref: 'pkg:pypi/annotated-types@0.7.0', dependsOn: [] },
    { ref: 'pkg:pypi/clock-server@1.0.0', dependsOn: ['pkg:pypi/pydantic@2.11.0'] },
    { ref: 'pkg:pypi/pydantic@2.11.0', dependsOn: ['pkg:pypi/annotated-types@0.7.0'] },
  ])
  expect(component('pkg:pypi/annotated-types@0.7.0', made)).toMatchObject({
    properties: [
      { name: 'bailiwick:accepted-hash', value: `SHA-256 ${'1'.repeat(64)}` },
      { name: 'bailiwick:accepted-hash', value: `SHA-256 ${'2'.repeat(64)}` },
    ],
  })
  expect(component('pkg:pypi/pydantic@2.11.0', made)?.['hashes']).toEqual([
    { alg: 'SHA-256', content: '4'.repeat(64) },
  ])
})

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['an older form', '{"lockfileVersion":1,"packages":{"":{}}}'],
  ['one without a root', '{"lockfileVersion":3,"packages":{}}'],
  ['a package elsewhere', '{"lockfileVersion":3,"packages":{"":{},"../a":{"version":"1.0.0"}}}'],
  ['a package without a version', '{"lockfileVersion":3,"packages":{"":{},"node_modules/a":{}}}'],
])('a lockfile that is %s is refused', (_, lock) => {
  const source = { package: installed, lock, at: 0, tool: '0.1.0' }
  expect(() => sbomOf(source)).toThrow('the lockfile cannot be read')
})

test.each(['a>=1.0', 'a==1.0', '-e .', 'a @ https://example.test/a.whl'])(
  'requirement `%s` pins nothing',
  (lock) => {
    const source = { package: { ...installed, ecosystem: 'pypi' as const }, lock, at: 0, tool: '1' }
    expect(() => sbomOf(source)).toThrow('the lockfile cannot be read')
  },
)
