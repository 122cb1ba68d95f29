import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  armor,
  Decrypter,
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
} from 'age-encryption'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openAge } from './age.ts'
import { changeKeyFile } from './key-file.ts'
import { keepsKeys } from './testing/provider.contract.ts'

let folder: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bailiwick-age-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const file = () => {
  count += 1
  return join(folder, String(count), 'vault.age')
}
const parts = (more: object = {}) => ({
  ...{ clock: () => 1_700_000_000_000, mayCreate: async () => true },
  ...more,
})
const open = (path: string, more: object = {}, passphrase?: string) =>
  openAge(
    {
      ...{ kind: 'age', file: path },
      ...(passphrase !== undefined && { passphrase: async () => passphrase }),
    },
    parts(more),
  )
const text = (path: string) => readFile(path, 'utf8')
const refusal = (message: RegExp) => ({
  code: 'credential_unavailable',
  message: expect.stringMatching(message),
})

test('a provider of age identities keeps keys', async () => {
  await keepsKeys(await open(file()), await open(file()))
})

describe('the file', () => {
  test('is made closed to all others, once, and says so', async () => {
    const path = file()
    const told: string[] = []
    const created = (made: string) => told.push(made)
    const racing = await Promise.all([1, 2, 3].map(() => open(path, { created })))
    const ids = await Promise.all(racing.map((keys) => keys.currentKeyId()))
    expect(new Set(ids).size).toBe(1)
    expect(told).toEqual([path])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await readdir(join(path, '..'))).length).toBe(1)
    const before = await text(path)
    const dataKey = randomBytes(32)
    const wrapped = await (await open(path)).wrap(dataKey, 'here')
    const later = await open(path, { mayCreate: () => Promise.reject(new Error('not asked')) })
    expect(Buffer.from(await later.unwrap(wrapped, 'here'))).toEqual(dataKey)
    expect(await text(path)).toBe(before)
  })

  test('is what age itself reads and writes', async () => {
    const path = file()
    const keys = await open(path)
    const [identity = ''] = /^AGE-SECRET-KEY-1.*$/m.exec(await text(path)) ?? []
    const { wrapped } = await keys.wrap(Uint8Array.from(Buffer.alloc(32, 7)), 'here')
    const decrypter = new Decrypter()
    decrypter.addIdentity(identity)
    const plain = await decrypter.decrypt(Buffer.from(wrapped, 'base64url'))
    expect(Buffer.from(plain).subarray(0, 32)).toEqual(Buffer.alloc(32, 7))

    const own = `# created: 2026-01-01\n\n${await generateHybridIdentity()}\r\n${await generateX25519Identity()}\n`
    await writeFile(path, own, { mode: 0o600 })
    await (await open(path)).check()
  })

  test('that is missing while credentials are sealed is not made anew', async () => {
    const path = file()
    const opening = open(path, { mayCreate: async () => false })
    await expect(opening).rejects.toMatchObject(refusal(/is missing, and there are credentials/))
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('that goes away while it is used is missed at once: nothing is sealed for nobody', async () => {
    const path = file()
    const keys = await open(path)
    await rm(path)
    await expect(keys.wrap(randomBytes(32), 'here')).rejects.toMatchObject(refusal(/is missing/))
    await expect(keys.currentKeyId()).rejects.toMatchObject(refusal(/is missing/))
  })

  const secret = 'AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ'
  for (const [what, content] of Object.entries({
    'an empty file': '',
    'comments alone': '# nothing\n',
    'another text': 'hello\n',
    'a public key': 'age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n',
    'an identity that is damaged': `${secret}\n`,
    bytes: '\0\u{fffd}\0',
  })) {
    test(`with ${what} is refused, not overwritten, and not quoted`, async () => {
      const path = file()
      await open(path)
      await writeFile(path, content)
      const error = await open(path).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject(refusal(/is damaged at line \d/))
      expect(String(error)).not.toContain('QQQQ')
      expect(await text(path)).toBe(content)
    })
  }

  test('that others can read, or that is a link or no file, is refused', async () => {
    const path = file()
    await open(path)
    for (const mode of [0o640, 0o604, 0o660]) {
      await chmod(path, mode)
      await expect(open(path)).rejects.toMatchObject(refusal(/can be read by others.*chmod 600/))
    }
    await chmod(path, 0o600)
    const linked = `${path}.link`
    await symlink(path, linked)
    await expect(open(linked)).rejects.toMatchObject(refusal(/is a link/))
    await expect(open(folder)).rejects.toMatchObject(refusal(/is no plain file/))
  })

  test('that holds the same identity twice is refused', async () => {
    const path = file()
    await open(path)
    await writeFile(path, `${await text(path)}${await text(path)}`)
    await expect(open(path)).rejects.toMatchObject(refusal(/damaged/))
  })
})

describe('a rotation', () => {
  test('puts a new identity first; other processes use it, and the old one still opens', async () => {
    const path = file()
    const [keys, other] = [await open(path), await open(path)]
    const old = await keys.wrap(Uint8Array.from(Buffer.alloc(32, 1)), 'here')
    const id = await keys.rotate?.()
    expect(await other.currentKeyId()).toBe(id)
    expect(Buffer.from(await other.unwrap(old, 'here'))).toEqual(Buffer.alloc(32, 1))
    expect(await other.retired?.()).toEqual([{ keyId: old.keyId, since: 1_700_000_000_000 }])
    expect((await stat(path)).mode & 0o777).toBe(0o600)

    await expect(keys.forget?.(id ?? '')).rejects.toMatchObject(refusal(/current key/))
    await keys.forget?.(old.keyId)
    await expect(other.unwrap(old, 'here')).rejects.toMatchObject(refusal(/is not there/))
    expect(await other.retired?.()).toEqual([])
  })

  test('waits for nobody: while another changes the file it is refused, and nothing is lost', async () => {
    const path = file()
    const keys = await open(path)
    const before = await text(path)
    await changeKeyFile(path, async () => {
      await expect(keys.rotate?.()).rejects.toMatchObject(refusal(/by somebody else/))
      return Buffer.from(before)
    })
    await keys.rotate?.()
    expect((await text(path)).match(/^AGE-SECRET-KEY/gm)?.length).toBe(2)
    expect((await readdir(join(path, '..'))).length).toBe(1)
  })
})

test('a passphrase seals the file itself; without it, or with another, nothing opens', async () => {
  const path = file()
  const keys = await open(path, {}, 'correct horse')
  expect(await text(path)).toMatch(/^-----BEGIN AGE ENCRYPTED FILE-----/)
  expect(await text(path)).not.toContain('SECRET-KEY')
  const [, salt = '', work = ''] =
    /-> scrypt (\S+) (\d+)/.exec(Buffer.from(armor.decode(await text(path))).toString('latin1')) ??
    []
  expect([Buffer.from(salt, 'base64').length, work]).toEqual([16, '17'])
  const wrapped = await keys.wrap(Uint8Array.from(Buffer.alloc(32, 9)), 'here')
  const again = await open(path, {}, 'correct horse')
  expect(Buffer.from(await again.unwrap(wrapped, 'here'))).toEqual(Buffer.alloc(32, 9))
  await expect(open(path)).rejects.toMatchObject(refusal(/is encrypted; set/))
  // The work of a file that age wrote.
  const encrypter = new Encrypter()
  encrypter.setPassphrase('of age')
  encrypter.setScryptWorkFactor(10)
  const foreign = await encrypter.encrypt(`${await generateX25519Identity()}\n`)
  await writeFile(path, foreign)
  await (await open(path, {}, 'of age')).check()
  await expect(open(path, {}, 'wrong')).rejects.toMatchObject(refusal(/does not open the key file/))
  const plain = file()
  await open(plain)
  await expect(open(plain, {}, 'x')).rejects.toMatchObject(refusal(/is not encrypted, but/))
})
