import { execFileSync } from 'node:child_process'
import { chownSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { program } from '../../packages/testing/bench.ts'
import { type TestRegistry, testRegistry } from '../../packages/testing/registry.ts'
import { createPlace, ended, MAIN, type Place } from '../testing/command-line.ts'

let place: Place
let registry: TestRegistry

beforeEach(async () => {
  registry = await testRegistry()
  place = createPlace()
  registry.publish('below', { version: '2.0.0' })
  registry.publish('tool', {
    version: '1.0.0',
    manifest: { bin: 'main.js', dependencies: { below: '^2.0.0' } },
    files: program('one'),
  })
  writeFileSync(join(place.root, 'home/.npmrc'), `registry=${registry.url}\n`)
  configure('npx -y tool@1.0.0 --here')
})
afterEach(async () => {
  await registry.close()
  rmSync(place.root, { recursive: true, force: true })
})

function configure(command: string): void {
  const [first, ...args] = command.split(' ')
  place.file(
    'bailiwick.yaml',
    `dataDir: data\npolicies: [policies/]\nservers:\n  files: { transport: stdio, command: ${first}, args: ${JSON.stringify(args)} }\n`,
  )
}

test('a package is shown, installed in the sandbox, decided on, checked and listed', async () => {
  const asked = await place.run(['packages', 'install'])
  expect(asked.stderr).toContain('start: npx -y tool@1.0.0 --here')
  expect(asked.stderr).toContain('nobody is here to answer')
  expect(asked.code).toBe(2)
  const installed = await place.run(['packages', 'install', 'files', '--yes', '--json'])
  expect(installed.stderr).toContain('npm:tool 1.0.0')
  expect(installed.code).toBe(0)
  expect(JSON.parse(installed.stdout).packages).toMatchObject([
    { server: 'files', name: 'tool', version: '1.0.0', state: 'approved', outcome: 'waits' },
  ])
  const listed = await place.run(['packages', 'ls'])
  expect(listed.stdout).toMatch(/files +[0-9a-f]{12} +approved +npm:tool +1\.0\.0 +1 +- +-/)
  const verified = await place.run(['packages', 'verify'])
  expect([verified.code, verified.stdout]).toEqual([0, 'ok  files: tool@1.0.0\n'])
  const bill = JSON.parse((await place.run(['packages', 'sbom', 'files'])).stdout)
  expect(bill.components.map(({ purl }: { purl: string }) => purl)).toEqual(['pkg:npm/below@2.0.0'])
  const events = await place.run(['events', 'ls', '--json'])
  expect(events.stdout).toContain('package.approved')
}, 120_000)

test('what was changed on disk is named, and put back', async () => {
  await place.run(['packages', 'install', '--yes'])
  const store = join(place.root, 'data/packages/npm')
  const [folder = ''] = readdirSync(store)
  writeFileSync(join(store, folder, 'node_modules/tool/main.js'), 'evil()')
  const verified = await place.run(['packages', 'verify'])
  expect(verified.code).toBe(1)
  expect(verified.stdout).toContain('tree_changed  files: tool@1.0.0: its files are not those')
  expect(verified.stderr).toContain('bailiwick packages install files')
  expect((await place.run(['packages', 'install'])).stdout).toBe(
    'files: tool@1.0.0 restored, approved\n',
  )
  expect((await place.run(['packages', 'verify'])).code).toBe(0)
}, 120_000)

test('a new version waits with its difference until it is approved or rejected', async () => {
  await place.run(['packages', 'install', '--yes'])
  const scripts = { postinstall: 'node steal.js' }
  registry.publish('tool', {
    version: '2.0.0',
    manifest: { bin: 'main.js', scripts },
    files: program('two'),
  })
  configure('npx -y tool@2.0.0')
  const installed = await place.run(['packages', 'install', '--yes'])
  expect(installed.code).toBe(1)
  expect(installed.stdout).toBe('files: tool@2.0.0 new, pending\n')
  expect(installed.stderr).toContain('`bailiwick packages approve files` lets it run')
  const diff = await place.run(['packages', 'diff', 'files'])
  expect(diff.code).toBe(1)
  expect(diff.stdout).toContain('version 1.0.0 -> 2.0.0 (major)')
  expect(diff.stdout).toContain('dependency below 2.0.0 is gone')
  expect(diff.stdout).toContain('install script of tool: new `postinstall`: node steal.js')
  const rejected = await place.run(['packages', 'reject', 'files', '--reason', 'steals'])
  expect([rejected.code, rejected.stdout]).toEqual([0, 'files: tool@2.0.0 rejected\n'])
  const again = await place.run(['packages', 'install', '--yes'])
  expect(again.stderr).toContain('`tool@2.0.0` was rejected')
  expect(again.stderr).toContain('fix: name another version')
  expect(readdirSync(join(place.root, 'data/packages/npm'))).toHaveLength(1)
}, 120_000)

test.runIf(process.getuid?.() === 0)(
  'who is not root installs in the sandbox, too',
  async () => {
    execFileSync('chown', ['-R', '65000:65000', place.root])
    const user = ['--reuid', '65000', '--regid', '65000', '--clear-groups']
    const { spawn } = await import('node:child_process')
    const child = spawn(
      'setpriv',
      [...user, process.execPath, MAIN, 'packages', 'install', '--yes'],
      { cwd: place.root, env: { ...place.env } },
    )
    child.stdin.end()
    const { code, stdout, stderr } = await ended(child)
    expect([code, stdout], stderr).toEqual([0, 'files: tool@1.0.0 new, approved\n'])
    chownSync(place.root, 0, 0)
  },
  60_000,
)
