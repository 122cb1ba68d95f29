import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SubjectId } from '../kernel/subject.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import {
  enrol,
  type FreshDirectory,
  freshDirectory,
  PASSWORD,
  START,
} from './testing/fresh-directory.ts'

const HERE = '198.51.100.7'

describe.each(ENGINES)('directory on %s', (engine) => {
  let directory: FreshDirectory
  beforeEach(async () => {
    directory = await freshDirectory(engine)
  })
  afterEach(() => directory.remove())

  test('the first start makes an owner whose link sets their password once', async () => {
    const { accounts } = directory
    const { link } = await directory.ensureOwner()
    expect(await accounts.openLink(String(link))).toMatchObject({
      purpose: 'setup',
      user: { id: 'owner', groups: ['owners'], status: 'active' },
    })
    const choice = { name: 'Ada', password: PASSWORD }
    const redeemed = await accounts.redeemLink(String(link), choice)
    expect(redeemed?.user).toMatchObject({ id: 'owner', name: 'Ada' })
    expect(new Set(redeemed?.recoveryCodes).size).toBe(10)
    expect(await accounts.openLink(String(link))).toBeUndefined()
    expect(await accounts.redeemLink(String(link), choice)).toBeUndefined()
    expect(await directory.ensureOwner()).toEqual({})
    expect(await accounts.checkPassword('owner', PASSWORD, HERE)).toMatchObject({
      user: { id: 'owner' },
      methods: ['pwd'],
    })
  })

  test('each start voids the setup link before it, and none asks for what the owner has', async () => {
    const { link: first } = await directory.ensureOwner()
    const { link: second } = await directory.ensureOwner()
    expect(second).not.toBe(first)
    expect(await directory.accounts.openLink(String(first))).toBeUndefined()
    expect(await directory.accounts.openLink(String(second))).toBeDefined()
    await directory.administration.users.create({ id: 'ada', groups: ['owners'] })
    await directory.administration.users.setGroups('owner', ['others'])
    await directory.ensureOwner()
    expect((await directory.accounts.user('owner' as SubjectId))?.groups).toEqual(['others'])
    await directory.administration.users.disable('owner')
    expect(await directory.ensureOwner()).toEqual({})
  })

  test('recovery codes open once each, however they are written', async () => {
    const [first = '', second = ''] = await enrol(directory, 'ada')
    const { accounts } = directory
    const typed = ` ${first.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')}`
    expect(await accounts.checkRecoveryCode('Ada', typed, HERE)).toMatchObject({ methods: ['otp'] })
    expect(await accounts.checkRecoveryCode('ada', first, HERE)).toEqual({ refused: 'wrong' })
    await enrol(directory, 'bob')
    expect(await accounts.checkRecoveryCode('bob', second, HERE)).toEqual({ refused: 'wrong' })
    await directory.administration.users.disable('ada')
    expect(await accounts.checkRecoveryCode('ada', second, HERE)).toEqual({ refused: 'disabled' })
    await directory.administration.users.enable('ada')
    expect(await accounts.checkRecoveryCode('ada', second, HERE)).toMatchObject({
      user: { id: 'ada' },
    })
  })

  test('wrong, unknown and disabled are refused', async () => {
    await enrol(directory, 'ada')
    const { accounts, administration } = directory
    const check = (login: string, password: string) => accounts.checkPassword(login, password, HERE)
    expect(await check(' ADA', PASSWORD)).toMatchObject({ user: { id: 'ada' } })
    expect(await check('ada', `${PASSWORD} `)).toEqual({ refused: 'wrong' })
    expect(await check('bob', PASSWORD)).toEqual({ refused: 'wrong' })
    expect(await check('a|b\0', PASSWORD)).toEqual({ refused: 'wrong' })
    expect(await check('ada', 'x'.repeat(100_000))).toEqual({ refused: 'wrong' })
    await administration.users.create({ id: 'new' })
    expect(await check('new', '')).toEqual({ refused: 'wrong' })
    await administration.users.disable('ada')
    expect(await check('ada', PASSWORD)).toEqual({ refused: 'disabled' })
    expect(await check('ada', 'wrong')).toEqual({ refused: 'wrong' })
  })

  test('seen is written, and not more than once a minute', async () => {
    await enrol(directory, 'ada')
    const { accounts, clock } = directory
    const seen = async () => (await accounts.user('ada' as SubjectId))?.seen
    accounts.seen('user', 'ada' as SubjectId)
    await directory.close()
    expect(await seen()).toBe(START)
    const other = await directory.replica()
    clock.now = START + 59_999
    other.accounts.seen('user', 'ada' as SubjectId)
    await other.close()
    expect(await seen()).toBe(START)
    const third = await directory.replica()
    clock.now = START + 60_000
    third.accounts.seen('user', 'ada' as SubjectId)
    await third.close()
    expect(await seen()).toBe(START + 60_000)
  })
})
