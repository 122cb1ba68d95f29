import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refusalOf } from './refusal.ts'
import { HOW, type PackageScene, packageScene, program, saidBy, wishFor } from './testing/bench.ts'
import { archiveOf } from './testing/registry.ts'
import { tarball } from './testing/tarball.ts'

const BIN = { bin: { tool: 'main.js' } }
const WISH = wishFor('tool', '1.0.0')
const MANIFEST = { name: 'tool', version: '1.0.0', ...BIN }

let scene: PackageScene
beforeEach(async () => {
  scene = await packageScene()
  scene.registry.publish('below', { version: '2.0.0', files: { 'index.js': '// two' } })
  scene.registry.publish('tool', {
    version: '1.0.0',
    manifest: { ...BIN, dependencies: { below: '^2.0.0' } },
    files: program('one'),
  })
})
afterEach(() => scene.close())

/** The folder that runs. */
async function running(): Promise<string> {
  await scene.approved('files', WISH)
  const runnable = await scene.packages.resolve('files', WISH)
  expect(saidBy(runnable)).toBe('one')
  return runnable.package.folder
}

const refused = (packages = scene.packages, wish = WISH) =>
  packages.resolve('files', wish).then(() => 'runs', refusalOf)

test('an archive that is not the one of its digest is not installed', async () => {
  scene.registry.swap('tool', '1.0.0', archiveOf(MANIFEST, { files: program('other') }))
  expect(await scene.packages.install('files', WISH, HOW).catch(refusalOf)).toBe(
    'integrity_mismatch',
  )
  expect(await scene.packages.list()).toEqual([])
})

test('an archive that is not the one of the configuration is not installed, and does not run', async () => {
  const { integrity } = scene.registry.publish('other', { version: '1.0.0', files: program('x') })
  const wish = { ...WISH, integrity }
  expect(await scene.packages.install('files', wish, HOW).catch(refusalOf)).toBe(
    'integrity_mismatch',
  )
  await running()
  expect(await refused(scene.packages, wish)).toBe('integrity_mismatch')
})

test('another archive for a version that is known waits, says so, and is never trusted unseen', async () => {
  const before = await running()
  scene.registry.replace('tool', { version: '1.0.0', manifest: BIN, files: program('other') })
  const { entry } = await scene.packages.update('files', WISH, HOW)
  expect(entry.state).toBe('pending')
  expect(entry.changes[0]).toBe('another archive for the same version 1.0.0')
  expect((await scene.packages.resolve('files', WISH)).package.folder).toBe(before)
  const trusting = await scene.reopen({ firstSight: () => 'trust' })
  expect(await trusting.resolve('second', WISH).catch(refusalOf)).toBe('not_approved')
})

test.each<readonly [string, (folder: string) => void]>([
  [
    'a changed file',
    (folder) => writeFileSync(join(folder, 'node_modules/below/index.js'), '// evil'),
  ],
  ['a new file', (folder) => writeFileSync(join(folder, 'node_modules/tool/new.js'), '')],
  ['a missing file', (folder) => rmSync(join(folder, 'node_modules/below/index.js'))],
  [
    'a file that can be executed now',
    (folder) => chmodSync(join(folder, 'node_modules/below/index.js'), 0o755),
  ],
  [
    'a link in the place of a file',
    (folder) => {
      const file = join(folder, 'node_modules/below/index.js')
      rmSync(file)
      symlinkSync('../tool/main.js', file)
    },
  ],
  ['a link out of the folder', (folder) => symlinkSync('/etc', join(folder, 'node_modules/etc'))],
  ['an empty folder', (folder) => mkdirSync(join(folder, 'node_modules/empty'))],
])('%s: it does not run, in this process or in another', async (_, tamper) => {
  tamper(await running())
  expect(await refused()).toBe('tree_changed')
  expect(await refused(await scene.reopen())).toBe('tree_changed')
})

test('a file that was changed and got its old size and time back is noticed', async () => {
  const folder = await running()
  const file = join(folder, 'node_modules/below/index.js')
  const then = new Date(1_700_000_000_000)
  utimesSync(file, then, then)
  expect(await refused()).toBe('runs')
  writeFileSync(file, '// tw0')
  utimesSync(file, then, then)
  expect(await refused()).toBe('tree_changed')
})

test('a changed lockfile: it does not run', async () => {
  const folder = await running()
  const lock = join(folder, 'package-lock.json')
  writeFileSync(lock, readFileSync(lock, 'utf8').replace('2.0.0', '2.0.1'))
  expect(await refused()).toBe('lock_changed')
})

test('files that are gone are not run, and installing puts the approved ones back', async () => {
  const folder = await running()
  rmSync(folder, { recursive: true })
  expect(await refused()).toBe('not_installed')
  scene.registry.publish('below', { version: '2.5.0', files: { 'index.js': '// newer' } })
  const { outcome, entry } = await scene.packages.install('files', WISH, HOW)
  expect([outcome, entry.state, entry.folder]).toEqual(['restored', 'approved', folder])
  expect(await refused()).toBe('runs')
})

test('changed files are put back as they were approved', async () => {
  const folder = await running()
  writeFileSync(join(folder, 'node_modules/below/index.js'), '// evil')
  expect((await scene.packages.install('files', WISH, HOW)).outcome).toBe('restored')
  expect(readFileSync(join(folder, 'node_modules/below/index.js'), 'utf8')).toBe('// two')
  expect(await refused()).toBe('runs')
})

test('a lockfile that was changed in the database puts nothing back', async () => {
  const folder = await running()
  rmSync(folder, { recursive: true })
  await scene.store.store.db
    .updateTable('package_lock')
    .set({ body: '{"lockfileVersion":3}' })
    .execute()
  expect(await scene.packages.install('files', WISH, HOW).catch(refusalOf)).toBe('lock_changed')
})

test('what is swapped between the check and the start is noticed before it is spoken with', async () => {
  const folder = await running()
  const runnable = await scene.packages.resolve('files', WISH)
  expect(await scene.packages.unchanged(runnable)).toBe(true)
  cpSync(folder, `${folder}-copy`, { recursive: true, verbatimSymlinks: true })
  writeFileSync(join(`${folder}-copy`, 'node_modules/tool/main.js'), 'evil()')
  renameSync(folder, `${folder}-old`)
  renameSync(`${folder}-copy`, folder)
  expect(await scene.packages.unchanged(runnable)).toBe(false)
  expect(await refused()).toBe('tree_changed')
})

test('a new version in the configuration does not run, and neither does the old one for it', async () => {
  await running()
  scene.registry.publish('tool', { version: '1.1.0', manifest: BIN, files: program('two') })
  const next = wishFor('tool', '1.1.0')
  expect(await refused(scene.packages, next)).toBe('version_changed')
  const trusting = await scene.reopen({ firstSight: () => 'trust' })
  expect(await refused(trusting, next)).toBe('version_changed')
  const { entry, before } = await scene.packages.install('files', next, HOW)
  expect([entry.state, before?.version]).toEqual(['pending', '1.0.0'])
  expect(await refused(scene.packages, next)).toBe('not_approved')
  expect(scene.events.map(({ event }) => event)).toContain('package.changed')
  await scene.packages.decide('files', entry.id, { state: 'approved', by: 'ada', reason: 'read' })
  expect(saidBy(await scene.packages.resolve('files', next))).toBe('two')
  expect(saidBy(await scene.packages.resolve('files', WISH))).toBe('one')
})

test('another package for the same server is a change like any other', async () => {
  await running()
  expect(await refused(scene.packages, wishFor('below', '2.0.0'))).toBe('version_changed')
})

test('a range that was changed is a new wish', async () => {
  await scene.approved('files', wishFor('tool', '^1.0.0'))
  expect(await refused(scene.packages, wishFor('tool', '^1.0.0'))).toBe('runs')
  expect(await refused(scene.packages, wishFor('tool', '>=1.0.0'))).toBe('version_changed')
})

test('a new install script waits and is named, and none runs unless the configuration allows it', async () => {
  await running()
  const scripts = { postinstall: "node -e \"require('fs').writeFileSync('ran', '')\"" }
  scene.registry.publish('below', {
    version: '2.1.0',
    manifest: { scripts },
    files: { 'index.js': '' },
  })
  const { entry } = await scene.packages.update('files', WISH, HOW)
  expect(entry.state).toBe('pending')
  expect(entry.changes).toEqual([
    'new install scripts: below@2.1.0',
    'other dependencies in the lockfile',
  ])
  expect([entry.scripted, entry.scripts]).toEqual([['below@2.1.0'], false])
  expect(() => readFileSync(join(entry.folder, 'node_modules/below/ran'))).toThrow('ENOENT')
})

test('allowed install scripts run afterwards, without a network, and as another artifact', async () => {
  const scripts = { postinstall: "node -e \"require('fs').writeFileSync('ran', '')\"" }
  scene.registry.publish('below', {
    version: '2.1.0',
    manifest: { scripts },
    files: { 'index.js': '' },
  })
  await scene.approved('files', WISH)
  const wish = { ...WISH, scripts: true }
  expect(await refused(scene.packages, wish)).toBe('scripts_changed')
  const { entry } = await scene.packages.install('files', wish, HOW)
  expect([entry.scripts, entry.state]).toEqual([true, 'pending'])
  expect(readFileSync(join(entry.folder, 'node_modules/below/ran'), 'utf8')).toBe('')
  const last = scene.runner.launches.at(-1)
  expect(last?.command).toContain('rebuild')
  expect(last?.profile.network).toEqual({ mode: 'none', allow: [] })
  const others = scene.runner.launches.slice(0, -1)
  expect(others.every(({ command }) => command.includes('--ignore-scripts'))).toBe(true)
})

test('an archive cannot write outside of its folder', async () => {
  const raw = [
    { path: 'package/../../../../escaped', text: 'x' },
    { path: '/tmp/bailiwick-escaped', text: 'x' },
    { path: 'package/out', link: '../../../../..' },
    { path: 'package/out/escaped', text: 'x' },
  ]
  scene.registry.publish('tool', { version: '2.0.0', manifest: BIN, files: program('two'), raw })
  const { entry } = await scene.packages.install('files', wishFor('tool', '2.0.0'), HOW)
  const here = join(entry.folder, '..')
  for (const path of [join(here, 'escaped'), join(here, '../escaped'), '/tmp/bailiwick-escaped'])
    expect(() => readFileSync(path)).toThrow('ENOENT')
  // What npm left of it lies inside, and counts.
  expect(await scene.packages.verify(entry)).toBeUndefined()
})

test.each([
  ['a folder', { below: 'file:../../../../etc' }],
  ['a repository', { below: 'git+https://127.0.0.1/below.git' }],
  ['an address elsewhere', { below: 'http://127.0.0.1:9/below.tgz' }],
])('a dependency from %s is not installed', async (_, dependencies) => {
  scene.registry.publish('tool', {
    version: '3.0.0',
    manifest: { ...BIN, dependencies },
    files: program('x'),
  })
  const refusal = scene.packages.install('files', wishFor('tool', '3.0.0'), HOW)
  expect(['install_failed', 'registry_refused']).toContain(await refusal.catch(refusalOf))
  expect(await scene.packages.list()).toEqual([])
})

test('an archive that is no package is refused with a word', async () => {
  scene.registry.publish('empty', { version: '1.0.0' })
  expect(
    await scene.packages.install('files', wishFor('empty', '1.0.0'), HOW).catch(refusalOf),
  ).toBe('install_failed')
  scene.registry.swap('tool', '1.0.0', tarball([]))
  expect(await scene.packages.install('files', WISH, HOW).catch(refusalOf)).toBe(
    'integrity_mismatch',
  )
})
