import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bareProfile } from '../testing/profile.ts'
import { HostUids, hostIdentity } from './identity.ts'

const assigned = () => 64_007

test('a root gateway starts nothing as root unless told so twice', () => {
  const as = (runAs: 'auto' | 'inherit' | number, allowRoot = false) =>
    hostIdentity(bareProfile({ runAs, allowRoot }), 0, assigned)
  expect(as('auto')).toEqual({ uid: 64_007 })
  expect(as(1000)).toEqual({ uid: 1000 })
  expect(as('inherit')).toMatchObject({ reason: 'refuse_host_root' })
  expect(as(0)).toMatchObject({ reason: 'refuse_host_root' })
  expect(as('auto', true)).toEqual({ uid: 64_007 })
  expect(as('inherit', true)).toBe('same')
})

test('any other gateway starts servers as itself', () => {
  const as = (runAs: 'auto' | 'inherit' | number) =>
    hostIdentity(bareProfile({ runAs }), 1000, assigned)
  expect([as('auto'), as('inherit'), as(1000)]).toEqual(['same', 'same', 'same'])
  expect(as(1001)).toMatchObject({ reason: 'launch_failed' })
  expect(as(0)).toMatchObject({ reason: 'launch_failed' })
})

test('each server has a uid of its own, the same after every start', () => {
  const names = fc.uniqueArray(fc.string(), { maxLength: 200 })
  fc.assert(
    fc.property(names, (servers) => {
      const first = new HostUids(servers)
      const again = new HostUids(servers.toReversed())
      const uids = servers.map((server) => first.of(server))
      expect(new Set(uids).size).toBe(servers.length)
      expect(servers.map((server) => again.of(server))).toEqual(uids)
      for (const uid of uids) expect(uid >= 64_000 && uid < 65_000).toBe(true)
    }),
  )
  const all = new HostUids(Array.from({ length: 1_000 }, (_, index) => `server-${index}`))
  expect(() => all.of('one more')).toThrow(RangeError)
})
