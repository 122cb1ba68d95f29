import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { refusalOf } from './refusal.ts'
import { HOW, type PackageScene, packageScene, program, saidBy, wishFor } from './testing/bench.ts'

let scene: PackageScene
afterEach(() => scene.close())

const BIN = { bin: { tool: 'main.js' } }

async function withTool(options?: Parameters<typeof packageScene>[0]): Promise<PackageScene> {
  scene = await packageScene(options)
  scene.registry.publish('below', { version: '2.0.0', files: { 'index.js': '' } })
  scene.registry.publish('@acme/tool', {
    version: '1.0.0',
    manifest: { ...BIN, dependencies: { below: '^2.0.0' } },
    files: program('one'),
  })
  return scene
}

test('what was approved runs from the store, with its arguments and without the registry', async () => {
  const { packages, approved, registry } = await withTool()
  const wish = wishFor('@acme/tool', '1.0.0', { args: ['--here'] })
  await approved('files', wish)
  await registry.close()
  const runnable = await packages.resolve('files', wish)
  expect(saidBy(runnable)).toBe('one --here')
  const { name, version, dependencies, scripted, folder, integrity } = runnable.package
  expect({ name, version, dependencies, scripted }).toEqual({
    ...{ name: '@acme/tool', version: '1.0.0', dependencies: 1, scripted: [] },
  })
  expect(integrity).toMatch(/^sha512-/)
  expect(runnable.code).toEqual([folder])
  expect(folder).toMatch(/\/packages\/npm\/@acme\+tool@1\.0\.0-[0-9a-f]{16}$/)
})

test('nobody else comes through the folders of packages, and nothing is left of an installation', async () => {
  const { approved, dataDir } = await withTool()
  await approved('files', wishFor('@acme/tool', '1.0.0'))
  const mode = (...path: string[]) => statSync(join(dataDir, ...path)).mode & 0o777
  expect([mode('packages'), mode('packages', 'npm'), mode('packages', '.staging')]).toEqual([
    0o700, 0o700, 0o700,
  ])
  const [folder = ''] = readdirSync(join(dataDir, 'packages/npm'))
  expect(mode('packages/npm', folder)).toBe(0o755)
  expect(statSync(join(dataDir, 'packages/npm', folder)).uid).toBe(process.getuid?.())
  expect(readdirSync(join(dataDir, 'packages/.staging'))).toEqual([])
})

test('npm is confined to its folder and to the registry, and gets none of the operator’s tokens', async () => {
  const { approved, runner, registry, dataDir } = await withTool()
  await approved('files', wishFor('@acme/tool', '1.0.0'))
  const { port } = new URL(registry.url)
  expect(runner.launches).toHaveLength(2)
  for (const { profile, env, command } of runner.launches) {
    expect(profile.network).toEqual({
      mode: 'allowlist',
      allow: [{ host: '127.0.0.1', ports: [Number(port)], proto: 'http', allowPrivate: true }],
    })
    expect(profile.required).toBe(true)
    expect(
      profile.fs.rw.map(({ from }) => from.startsWith(`${dataDir}/packages/.staging/`)),
    ).toEqual([true])
    expect(command).toContain('--ignore-scripts')
    expect(JSON.stringify(env)).not.toContain('token-of-the-operator')
  }
  expect(registry.asked.length).toBeGreaterThan(2)
  expect(registry.asked.filter(({ authorization }) => authorization !== undefined)).toEqual([])
})

test('two installations of the same lockfile give the same tree', async () => {
  const { packages, store } = await withTool()
  const wish = wishFor('@acme/tool', '1.0.0')
  const one = await packages.install('one', wish, HOW)
  const other = await packages.install('other', wish, HOW)
  expect(other.entry.tree).toBe(one.entry.tree)
  expect(other.entry.folder).toBe(one.entry.folder)
  expect(await store.store.db.selectFrom('package_lock').select('digest').execute()).toHaveLength(1)
})

test('what nobody approved does not run', async () => {
  const { packages, events } = await withTool()
  const wish = wishFor('@acme/tool', '1.0.0')
  const before = await packages.resolve('files', wish).catch(refusalOf)
  const { outcome, entry } = await packages.install('files', wish, HOW)
  expect([outcome, entry.state]).toEqual(['new', 'pending'])
  const after = await packages.resolve('files', wish).catch(refusalOf)
  expect([before, after]).toEqual(['not_installed', 'not_approved'])
  await packages.decide('files', entry.id, { state: 'rejected', by: 'ada', reason: 'no' })
  expect(await packages.resolve('files', wish).catch(refusalOf)).toBe('rejected')
  expect(await packages.install('files', wish, HOW).catch(refusalOf)).toBe('rejected')
  expect(events.map(({ event }) => event)).toEqual([
    'package.refused',
    'package.installed',
    'package.refused',
    'package.rejected',
    'package.refused',
  ])
})

test('a refusal says what to do, and is on record once', async () => {
  const { packages, events } = await withTool()
  const wish = wishFor('@acme/tool', '1.0.0')
  for (let time = 0; time < 3; time += 1)
    await expect(packages.resolve('files', wish)).rejects.toMatchObject({
      code: 'package_refused',
      message: 'the package of `files` is not run: it was never installed',
      data: { reason: 'not_installed', fix: 'run `bailiwick packages install files`' },
    })
  expect(events).toHaveLength(1)
})

test('an exact version is installed when its server starts first, where the configuration trusts that', async () => {
  const { packages, events, runner } = await withTool({ firstSight: () => 'trust' })
  const wish = wishFor('@acme/tool', '1.0.0')
  const both = await Promise.all([packages.resolve('files', wish), packages.resolve('files', wish)])
  expect(both.map(saidBy)).toEqual(['one', 'one'])
  expect(runner.launches).toHaveLength(2)
  expect(events.map(({ event }) => event)).toEqual(['package.installed', 'package.approved'])
})

test.each([
  ['a version that floats', { version: 'latest' }],
  ['no version', { version: undefined }],
  ['a range', { version: '^1.0.0' }],
  ['install scripts', { scripts: true }],
])('%s is never installed without a person', async (_, more) => {
  const { packages, runner } = await withTool({ firstSight: () => 'trust' })
  const wish = { ...wishFor('@acme/tool', '1.0.0'), ...more }
  expect(await packages.resolve('files', wish).catch(refusalOf)).toBe('not_installed')
  expect(runner.launches).toHaveLength(0)
})

test('what floats stays where it was installed until somebody updates it', async () => {
  const { packages, approved, registry } = await withTool()
  const wish = wishFor('@acme/tool')
  await approved('files', wish)
  registry.publish('@acme/tool', { version: '1.1.0', manifest: BIN, files: program('two') })
  expect((await packages.install('files', wish, HOW)).outcome).toBe('unchanged')
  expect(saidBy(await packages.resolve('files', wish))).toBe('one')
  const { outcome, entry } = await packages.update('files', wish, HOW)
  expect([outcome, entry.version, entry.state]).toEqual(['new', '1.1.0', 'pending'])
  expect(entry.changes).toEqual(['version 1.0.0 → 1.1.0', 'other dependencies in the lockfile'])
  expect(saidBy(await packages.resolve('files', wish))).toBe('one')
  await packages.decide('files', entry.id, { state: 'approved', by: 'ada', reason: undefined })
  expect(saidBy(await packages.resolve('files', wish))).toBe('two')
  await packages.decide('files', entry.id, { state: 'rejected', by: 'ada', reason: undefined })
  expect(saidBy(await packages.resolve('files', wish))).toBe('one')
})
