import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { InstalledPackage } from '../../kernel/packages.ts'
import { diffPackages } from './diff.ts'
import { readSight } from './sight.ts'

/** An artifact in a folder of its own, with the files that are given. */
async function artifact(version: string, install: string) {
  const folder = mkdtempSync(join(tmpdir(), 'bailiwick-sight-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  write('node_modules/files/package.json', JSON.stringify({ name: 'files', bin: 'main.js' }))
  write('node_modules/files/main.js', `// ${version}`)
  write('node_modules/native/package.json', JSON.stringify({ scripts: { install } }))
  const lock = JSON.stringify({
    lockfileVersion: 3,
    packages: {
      '': { dependencies: { files: version } },
      'node_modules/files': { version, dependencies: { native: '1' } },
      'node_modules/native': { version: '1.0.0', hasInstallScript: true },
    },
  })
  const installed: InstalledPackage = {
    ...{ server: 'files', ecosystem: 'npm', name: 'files', version, folder, dependencies: 1 },
    ...{ integrity: `sha512-${version}`, lock: '', tree: '', scripted: ['native@1.0.0'] },
    provenance: { kind: 'absent' },
  }
  return readSight(installed, lock)
}

test('what lies on the disk is compared file by file, scripts of dependencies by their text', async () => {
  const [before, after] = [await artifact('1.0.0', 'make'), await artifact('1.0.1', 'make evil')]
  expect(before.manifest).toContain('"name":"files"')
  expect([before.files?.size, before.size === after.size]).toEqual([3, false])
  expect(diffPackages(before, after).changes).toMatchObject([
    { kind: 'script-changed', package: 'native', from: 'make', to: 'make evil', risk: 'high' },
    { kind: 'version' },
    { kind: 'size' },
    { kind: 'files', added: 0, removed: 0, changed: 2 },
  ])
})
