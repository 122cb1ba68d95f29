import { dirname } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Doctoring, doctoredBwrap } from './doctored.ts'
import { startHostile } from './hostile-run.ts'
import type { Keep } from './keeper.ts'
import { makeScene, type Scene } from './scene.ts'
import { TABLE } from './table.ts'

/** One wall that is taken out, and rows of the table that must not hold then. */
interface Without {
  readonly wall: string
  readonly as?: 'root' | 'plain user'
  readonly doctoring?: Doctoring
  readonly profile?: (scene: Scene) => NonNullable<Keep['profile']>
  readonly mode?: Keep['mode']
  readonly skip?: readonly string[]
  readonly rows: readonly string[]
}

// What takes long, and what would leave the machine where nothing holds it.
const LONG = ['limits', 'forks', 'spin']
const FAR = [
  'another machine',
  'another machine, version 6',
  'another machine by datagram',
  'metadata service',
  'broadcast',
]

const WITHOUT: readonly Without[] = [
  {
    wall: 'the filter of calls',
    doctoring: { drop: { '--seccomp': 1 } },
    rows: [
      'filter of calls',
      'local socket',
      'socket that appeared in the workspace',
      'trace of a process',
      'ring of keys',
      'keys of a terminal',
      'keys of a terminal, high bits',
      'bit by chmod',
      'bit by fchmodat2',
      'bit by descriptor',
      'bit at creation',
      'bit at creation by openat2',
    ],
  },
  {
    wall: 'the filter, and the end of user namespaces',
    doctoring: { drop: { '--seccomp': 1, '--disable-userns': 0 } },
    rows: ['new user namespace', 'new user namespace by clone', 'new user namespace by clone3'],
  },
  {
    wall: 'a network of its own',
    doctoring: { drop: { '--unshare-net': 0 } },
    skip: FAR,
    rows: [
      'the machine by its address',
      'loopback of the machine',
      'loopback of the machine, mapped',
      'any address of the machine',
    ],
  },
  {
    wall: 'processes of its own',
    doctoring: { drop: { '--unshare-pid': 0 } },
    rows: ['processes seen', 'signal to a process of the machine'],
  },
  {
    wall: 'an environment of its own',
    doctoring: { drop: { '--clearenv': 0 } },
    rows: ['environment'],
  },
  {
    wall: 'limits inside, and sizes of what is in memory',
    doctoring: { drop: { '--size': 1 }, unlimited: true },
    skip: ['spin'],
    rows: ['disk in memory', 'home', 'file of a terabyte', 'memory as a file', 'processes'],
  },
  {
    wall: 'what can only be read',
    doctoring: { drop: { '--remount-ro': 1 }, swap: { '--ro-bind-fd': '--bind-fd' } },
    rows: ['write to the root', 'write to its code', 'change of its code', 'hook of git'],
  },
  {
    wall: 'masks',
    profile: () => ({ fs: { protect: [], hide: [] } }),
    rows: [
      'hook of git',
      'settings of git',
      'settings of git replaced',
      'hooks moved away',
      'folder of git moved away',
      'folder of an editor moved away',
      'hidden file',
      'hidden file below',
      'hidden key',
      'hidden file deleted',
    ],
  },
  {
    wall: 'what it does not see',
    profile: ({ job }) => {
      const root = dirname(job.workspace)
      const mount = (path: string) => ({ from: path, to: path, optional: false })
      return { fs: { ro: [mount(root), mount(dirname(process.execPath))] } }
    },
    rows: [
      'key of the user',
      'credentials of the user',
      'folder beside the workspace',
      'way up from the workspace',
      'way up through a folder of processes',
      'link to the key',
      'root of the first process',
    ],
  },
  {
    wall: 'another user than root',
    as: 'root',
    profile: () => ({ runAs: 'inherit', allowRoot: true }),
    rows: ['program for crashes'],
  },
  {
    wall: 'the list of hosts',
    mode: 'allowlist',
    profile: ({ job: { egress } }) => {
      const rule = (host: string, port: number, proto: 'tls' | 'http' | 'tcp') => ({
        ...{ host, ports: [port], proto, allowPrivate: true },
      })
      const { allowed, denied, rebound, tls, http } = egress
      const allow = [
        rule(allowed, tls, 'tcp'),
        rule(allowed, http, 'http'),
        rule(`*.${allowed}`, tls, 'tls'),
        rule(denied, tls, 'tls'),
        rule(denied, http, 'http'),
        rule(rebound, tls, 'tls'),
      ]
      return { network: { mode: 'allowlist', allow } }
    },
    rows: [
      'host that is not listed',
      'name below a listed one',
      'name that turned to the loopback',
      'another name in the tunnel',
      'no name in the tunnel',
      'another name without a proxy',
      'no name without a proxy',
      'name that is not listed',
    ],
  },
]

test.each(WITHOUT)(
  'without $wall, what it holds back comes through',
  async (without) => {
    const { as = 'plain user', mode = 'none', doctoring, profile, skip = LONG, rows } = without
    const scene = await makeScene()
    onTestFinished(scene.close)
    const keep = {
      ...{ mode },
      ...(doctoring && { bwrap: doctoredBwrap(scene.job.neighbour, doctoring) }),
      ...(profile && { profile: profile(scene) }),
    }
    const run = startHostile(scene, keep, as, skip)
    onTestFinished(run.end)
    await run.heard('ready')
    await scene.late()
    run.say('run')
    await run.heard('done')
    const holding = TABLE.filter((row) => rows.includes(row.name))
    expect(holding.length).toBe(rows.length)
    // Those that hold all the same are not held by this wall.
    const held = holding.filter((row) => row[mode].includes(run.told.get(row.name) ?? ''))
    expect(held.map(({ name }) => name)).toEqual([])
  },
  90_000,
)

test('an open file of the gateway keeps every server from starting', async () => {
  const scene = await makeScene()
  onTestFinished(scene.close)
  const run = startHostile(scene, { mode: 'none', inherits: true }, 'plain user')
  onTestFinished(run.end)
  expect(await run.heard('keeper.failed')).toContain('self_test_failed')
}, 60_000)
