import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from './config.ts'

describe('finding the file', () => {
  const root = mkdtempSync(join(tmpdir(), 'bailiwick-config-'))
  const [cwd, homedir] = [join(root, 'here'), join(root, 'home')]
  const own = join(homedir, '.config', 'bailiwick')
  mkdirSync(own, { recursive: true })
  mkdirSync(cwd)
  writeFileSync(join(own, 'bailiwick.yaml'), 'listen: { port: 1 }')
  const port = (options: Partial<Parameters<typeof loadConfig>[0]>) =>
    loadConfig({ env: {}, homedir, cwd, ...options }).config.listen.port

  test('named, then $BAILIWICK_CONFIG, then the current folder, then the user’s own', () => {
    expect(port({})).toBe(1)
    writeFileSync(join(cwd, 'bailiwick.yaml'), 'listen: { port: 2 }')
    expect(port({})).toBe(2)
    expect(port({ cwd: undefined })).toBe(1)
    writeFileSync(join(cwd, 'other.yaml'), 'listen: { port: 3 }')
    expect(port({ env: { BAILIWICK_CONFIG: 'other.yaml' } })).toBe(3)
    expect(port({ env: { BAILIWICK_CONFIG: 'other.yaml' }, file: 'bailiwick.yaml' })).toBe(2)
  })

  test('a named file that is not there is refused', () => {
    expect(() => port({ file: 'none.yaml' })).toThrow(`${join(cwd, 'none.yaml')}: no such file`)
  })

  test('the data directory: option, then variable, then file', () => {
    const load = (env: Record<string, string>, dataDir?: string) =>
      loadConfig({ env, homedir, cwd, dataDir }).config
    expect(load({ XDG_STATE_HOME: '/state' }).dataDir).toBe('/state/bailiwick')
    expect(load({ BAILIWICK_DATA_DIR: 'a' }).dataDir).toBe(join(cwd, 'a'))
    expect(load({ BAILIWICK_DATA_DIR: 'a' }, 'b').dataDir).toBe(join(cwd, 'b'))
    expect(load({}, 'b').store).toMatchObject({ path: join(cwd, 'b', 'bailiwick.db') })
  })
})
