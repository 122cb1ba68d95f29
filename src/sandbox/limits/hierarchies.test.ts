import { expect, test } from 'vitest'
import { groupSettings } from './control-group.ts'
import { CONTROLLERS, hierarchies } from './hierarchies.ts'

test('version 2 alone, as on most machines', () => {
  const mounts = [
    '22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw',
    '26 22 0:23 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate',
  ].join('\n')
  const own = '0::/user.slice/user-1000.slice/user@1000.service/app.slice/bailiwick.service\n'
  expect(hierarchies(mounts, own)).toEqual([
    {
      version: 2,
      folder:
        '/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/bailiwick.service',
      controllers: ['memory', 'pids', 'cpu'],
    },
  ])
})

test('version 1 beside version 2, two controllers in one tree', () => {
  const mounts = [
    '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:2 - cgroup cgroup rw,cpu,cpuacct',
    '34 31 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset',
    '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
    '39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids',
    '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd',
    '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
  ].join('\n')
  const own = [
    '8:pids:/',
    '4:memory:/outer/a:b',
    '2:cpu,cpuacct:/',
    '1:name=systemd:/init.scope',
    '0::/init.scope',
  ].join('\n')
  expect(hierarchies(mounts, own)).toEqual([
    { version: 1, folder: '/sys/fs/cgroup/cpu,cpuacct', controllers: ['cpu'] },
    { version: 1, folder: '/sys/fs/cgroup/memory/outer/a:b', controllers: ['memory'] },
    { version: 1, folder: '/sys/fs/cgroup/pids', controllers: ['pids'] },
    {
      version: 2,
      folder: '/sys/fs/cgroup/unified/init.scope',
      controllers: ['memory', 'pids', 'cpu'],
    },
  ])
})

test('a container that sees a part of the tree, and a folder with a blank in its name', () => {
  const own = '0::/kubepods/pod1/box/inner\n'
  const inside = '30 1 0:2 /kubepods/pod1/box /sys/fs/cgroup\\040here ro - cgroup2 cgroup ro'
  expect(hierarchies(inside, own)[0]?.folder).toBe('/sys/fs/cgroup here/inner')
  const beside = '30 1 0:2 /kubepods/pod2 /sys/fs/cgroup rw - cgroup2 cgroup rw'
  expect(hierarchies(beside, own)[0]?.folder).toBe('/sys/fs/cgroup')
})

test('no control groups, or what is none', () => {
  expect(hierarchies('', '')).toEqual([])
  expect(hierarchies('nonsense\n1 2 3', '::\n:::')).toEqual([])
})

const LIMITS = {
  ...{ memory: 512, pids: 9, cpu: 0.5 },
  ...{ cpuSeconds: undefined, files: 1, fileSize: 1 },
}

test('what stands in a group of version 2', () => {
  const tree = { version: 2, controllers: CONTROLLERS } as const
  expect(groupSettings(tree, LIMITS, ['memory.swap.max'])).toEqual([
    ['memory.max', '512'],
    ['memory.swap.max', '0'],
    ['pids.max', '9'],
    ['cpu.max', '50000 100000'],
  ])
})

test('what stands in groups of version 1', () => {
  const tree = { version: 1, controllers: CONTROLLERS } as const
  expect(groupSettings(tree, LIMITS, ['memory.memsw.limit_in_bytes'])).toEqual([
    ['memory.limit_in_bytes', '512'],
    ['memory.memsw.limit_in_bytes', '512'],
    ['pids.max', '9'],
    ['cpu.cfs_period_us', '100000'],
    ['cpu.cfs_quota_us', '50000'],
  ])
  expect(groupSettings({ version: 1, controllers: ['memory'] }, LIMITS, [])).toEqual([
    ['memory.limit_in_bytes', '512'],
  ])
})
