import { expect, test } from 'vitest'
import { refusalOf } from '../refusal.ts'
import { HOW, packageScene, wishFor } from '../testing/bench.ts'
import {
  compileArguments,
  installArguments,
  requirementOf,
  uvEnvironment,
  venvArguments,
} from './uv-arguments.ts'

test('uv is run with hashes, without builds, settings or downloads of interpreters', () => {
  expect(compileArguments('/usr/bin/uv', '/usr/bin/python3').join(' ')).toBe(
    '/usr/bin/uv pip compile --generate-hashes --no-build --no-header --no-config --python /usr/bin/python3 --output-file requirements.lock requirements.in',
  )
  expect(venvArguments('/usr/bin/uv', '/usr/bin/python3').join(' ')).toBe(
    '/usr/bin/uv venv --relocatable --no-project --no-config --offline --python /usr/bin/python3 venv',
  )
  expect(installArguments('/usr/bin/uv').join(' ')).toBe(
    '/usr/bin/uv pip install --require-hashes --no-deps --only-binary :all: --no-config --link-mode copy --no-compile-bytecode --python venv/bin/python --requirement requirements.lock',
  )
  expect(uvEnvironment('/s', 'https://pypi.org/simple', undefined)).toEqual({
    PATH: '/usr/local/bin:/usr/bin:/bin',
    UV_DEFAULT_INDEX: 'https://pypi.org/simple',
    UV_CACHE_DIR: '/s/cache',
    UV_NO_PROGRESS: '1',
    UV_PYTHON_DOWNLOADS: 'never',
    UV_KEYRING_PROVIDER: 'disabled',
  })
})

test.each([
  [undefined, 'tool'],
  ['latest', 'tool'],
  ['1.2.3', 'tool==1.2.3'],
  ['>=1.2,<2', 'tool>=1.2,<2'],
])('version %s is the requirement %s', (version, requirement) => {
  expect(requirementOf(wishFor('tool', version, { ecosystem: 'pypi' }))).toBe(requirement)
})

test('a machine without uv says so by name', async () => {
  const scene = await packageScene({ env: { PATH: '/nowhere' } })
  try {
    const installing = scene.packages.install(
      'py',
      wishFor('tool', '1.0.0', { ecosystem: 'pypi' }),
      HOW,
    )
    await expect(installing).rejects.toThrow('there is no `uv` on the `PATH` of the gateway')
    expect(await installing.catch(refusalOf)).toBe('tool_missing')
  } finally {
    await scene.close()
  }
})
