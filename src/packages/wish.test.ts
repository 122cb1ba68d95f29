import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PackageWish } from '../kernel/packages.ts'
import { refusalOf } from './refusal.ts'
import { fits, versionKind } from './wish.ts'

const wish = (
  name: string,
  version?: string,
  ecosystem: PackageWish['ecosystem'] = 'npm',
): PackageWish => ({
  ...{ ecosystem, name, version, integrity: undefined, bin: undefined, args: [] },
  ...{ scripts: false, provenance: 'optional' },
})

const kind = (...of: Parameters<typeof wish>) => {
  try {
    return versionKind('files', wish(...of))
  } catch (error) {
    return refusalOf(error)
  }
}

test.each([
  ['@acme/tool', '1.2.3', 'exact'],
  ['tool', '1.2.3-rc.1', 'exact'],
  ['tool', '^1.2.3', 'range'],
  ['tool', '1.x', 'range'],
  ['tool', '>=1 <2', 'range'],
  ['tool', 'latest', 'tag'],
  ['tool', undefined, 'none'],
  ['tool', '', 'none'],
])('%s@%s is %s', (name, version, expected) => {
  expect(kind(name, version)).toBe(expected)
})

test.each([
  ['../tool', '1.0.0'],
  ['/etc/passwd', undefined],
  ['tool@1.0.0', undefined],
  ['--registry=http://evil', undefined],
  ['tool', 'file:../x'],
  ['tool', 'git+ssh://host/x'],
  ['tool', 'https://host/x.tgz'],
  ['tool', 'npm:other@1.0.0'],
  ['tool', 'user/repository'],
  ['tool', '-x'],
  ['https://host/x.tgz', undefined],
  ['', '1.0.0'],
  ['a'.repeat(300), undefined],
])('%s@%s is no package of a registry', (name, version) => {
  expect(kind(name, version)).toBe('name_malformed')
})

test.each([
  ['mcp-server-fetch', '2025.4.7', 'exact'],
  ['mcp_server.x', undefined, 'none'],
  ['tool', '>=1,<2', 'range'],
  ['tool', 'latest', 'tag'],
  ['tool[extra]', '1.0', 'name_malformed'],
  ['-r', 'x', 'name_malformed'],
  ['tool', '1.0; os_name == "x"', 'name_malformed'],
  ['tool', ' @ https://host/x.whl', 'name_malformed'],
])('of PyPI, %s %s is %s', (name, version, expected) => {
  expect(kind(name, version, 'pypi')).toBe(expected)
})

test('whatever is asked for, it is told apart or refused', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (name, version) => {
      for (const ecosystem of ['npm', 'pypi'] as const)
        expect(['exact', 'range', 'tag', 'none', 'name_malformed']).toContain(
          kind(name, version, ecosystem),
        )
    }),
  )
})

test('what floats fits only what was installed for the same words', () => {
  const installed = { version: '1.2.3', wanted: '^1.0.0' }
  expect(fits(wish('tool', '^1.0.0'), 'range', installed)).toBe(true)
  expect(fits(wish('tool', '^1'), 'range', installed)).toBe(false)
  expect(fits(wish('tool'), 'none', installed)).toBe(false)
  expect(fits(wish('tool', 'v1.2.3'), 'exact', installed)).toBe(true)
  expect(fits(wish('tool', '1.2.4'), 'exact', installed)).toBe(false)
})
