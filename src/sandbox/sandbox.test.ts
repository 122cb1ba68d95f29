import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { Launch, SandboxProfile } from '../kernel/sandbox.ts'
import { processTree } from './limits/process-tree.ts'
import { GATEWAYS, runServers, type Seen, spawnGateway, uidOf } from './testing/gateway.ts'
import { bareProfile } from './testing/profile.ts'

const bwrap = inject('bwrap')
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bailiwick-launch-'))
  chmodSync(folder, 0o755)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const bare = bareProfile()
const mount = (path: string) => ({ from: path, to: path, optional: false })
const files = (fs: Partial<SandboxProfile['fs']>): Partial<SandboxProfile> => ({
  fs: { ...bare.fs, ...fs },
})
const allowlist: Partial<SandboxProfile> = {
  network: {
    mode: 'allowlist',
    allow: [{ host: 'example.test', ports: [443], proto: 'tls', allowPrivate: false }],
  },
}

function shell(
  script: string,
  more: Partial<SandboxProfile> = {},
  rest: Partial<Launch> = {},
): Launch {
  return {
    server: 'notes',
    profile: bareProfile(more),
    command: ['/bin/sh', '-c', script],
    env: {},
    cwd: undefined,
    ...rest,
  }
}

function make(name: string, owner: 'root' | 'somebody', mode = 0o755): string {
  const path = join(folder, name)
  mkdirSync(path, { recursive: true })
  if (process.getuid?.() === 0) chownSync(path, owner === 'root' ? 64_000 : uidOf(owner), 0)
  chmodSync(path, mode)
  return path
}

async function run(as: 'root' | 'somebody', ...launches: Launch[]): Promise<Seen[]> {
  return runServers(as, { bwrap, launches, how: 'serial' })
}

/** Makes `work` a link to `other` and back, as fast as it can. */
const SWAP = `const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
process.chdir(process.argv[1])
for (;;) {
  renameSync('work', 'aside')
  symlinkSync('other', 'work')
  for (const until = performance.now() + 1; performance.now() < until; );
  unlinkSync('work')
  renameSync('aside', 'work')
  for (const until = performance.now() + 3; performance.now() < until; );
}`

describe.each(GATEWAYS)('a gateway that runs as %s', (as) => {
  test.each([
    ['none', {}],
    ['allowlist', allowlist],
  ] as const)(
    'starts a server with network %s, which has nothing but its streams',
    async (_, network) => {
      const script =
        'id -u; cut -d" " -f1,2,3 /proc/self/uid_map | xargs; ls /home; ls /proc/self/fd; env | sort; pwd; grep -E "NoNewPrivs|CapEff|CapBnd|Seccomp:" /proc/self/status; ls /sys/class/net 2>&1 >/dev/null | head -1; echo words >&2; exit 7'
      const [seen] = await run(as, shell(script, network, { env: { TOKEN: 'token-of-server-1' } }))
      expect(seen?.refused).toBeUndefined()
      expect(seen?.code).toBe(7)
      expect(seen?.stderr).toBe('words\n')
      const lines = seen?.stdout.split('\n') ?? []
      expect(lines[0]).toBe('65534')
      expect(lines.slice(2, 7)).toEqual(['mcp', '0', '1', '2', '3'])
      expect(seen?.stdout).toContain('TOKEN=token-of-server-1\n')
      expect(seen?.stdout).toContain('\n/home/mcp\n')
      expect(seen?.stdout).toContain('CapEff:\t0000000000000000')
      expect(seen?.stdout).toContain('CapBnd:\t0000000000000000')
      expect(seen?.stdout).toContain('NoNewPrivs:\t1')
      expect(seen?.stdout).toContain('Seccomp:\t2')
      expect(seen?.stdout).not.toContain('SECRET_OF_GATEWAY')
      expect(seen?.stdout).not.toMatch(/NODE_CHANNEL|LC_ALL/)
      expect(seen?.inForce.filter(({ strength }) => strength === 'none')).toEqual([])
    },
  )

  test('no argument list of the chain shows a variable', async () => {
    for (const network of [{}, allowlist]) {
      const launch = shell('read line', network, { env: { TOKEN: 'token-of-server-1' } })
      const [seen] = await run(as, launch)
      expect(seen?.arguments).toContain('bwrap')
      expect(seen?.arguments).toContain('read line')
      expect(seen?.arguments).not.toContain('token-of-server-1')
    }
  })

  test('a server is nobody that matters on this machine', async () => {
    const gateway = spawnGateway(as, {
      bwrap,
      launches: [shell('read line; sleep 60')],
      how: 'hold',
    })
    const pids = await treeOf(gateway)
    const uids = pids.map((pid) => statusOf(pid, 'Uid').split(/\s+/)[1])
    const innermost = uids.at(-1)
    if (as === 'root') expect(Number(innermost)).toBeGreaterThanOrEqual(64_000)
    else expect(innermost).toBe(String(uidOf(as)))
    gateway.kill('SIGKILL')
    await gone(pids)
  })

  test('reads and writes what it was given, and nothing else', async () => {
    const rw = make('work', as, 0o777)
    const ro = make('code', as)
    writeFileSync(join(ro, 'main.txt'), 'code')
    chmodSync(rw, 0o777)
    const script = `cat ${ro}/main.txt; echo hi > ${rw}/made && cat ${rw}/made; echo x > ${ro}/new; ls ${folder}; cat /etc/shadow; ls /root`
    const [seen] = await run(
      as,
      shell(script, files({ ro: [mount(ro)], rw: [mount(rw)] }), { cwd: rw }),
    )
    expect(seen?.refused).toBeUndefined()
    expect(seen?.stdout).toBe('codehi\ncode\nwork\n')
    expect(seen?.stderr).toContain('Read-only file system')
    expect(seen?.stderr).toContain('cat: /etc/shadow: No such file or directory')
    expect(seen?.stderr).toContain("'/root': No such file or directory")
  })

  test('a mount of another name, one that may be missing, and one below another', async () => {
    const code = make('code', as)
    const below = make('code/data', as, 0o777)
    const launch = shell(
      'ls /srv/code; echo kept > /srv/code/data/file; cat /srv/code/data/file',
      files({
        ro: [
          { from: code, to: '/srv/code', optional: false },
          { from: join(folder, 'none'), to: '/srv/none', optional: true },
        ],
        rw: [{ from: below, to: '/srv/code/data', optional: false }],
      }),
    )
    const [seen] = await run(as, launch)
    expect(seen?.stdout).toBe('data\nkept\n')
  })

  test('what is protected stays, even when the folder above it is moved away', async () => {
    const work = make('work', as, 0o777)
    for (const each of ['work/.git', 'work/.git/hooks']) make(each, as, 0o777)
    writeFileSync(join(work, '.env'), 'PASSWORD=1')
    const script = `cd ${work}; echo evil > .git/hooks/post-commit; mv .git .moved; cat .env; echo fine > ok; ls -A`
    const profile = files({ rw: [mount(work)], protect: ['.git/hooks'], hide: ['.env'] })
    const [seen] = await run(as, shell(script, profile))
    expect(seen?.stdout.split('\n').toSorted()).toEqual(['', '.env', '.git', 'ok'])
    expect(seen?.stderr).toMatch(/Read-only file system/)
    expect(seen?.stderr).toMatch(/mv: .*busy/)
    expect(readdirSync(join(work, '.git'))).toEqual(['hooks'])
    expect(readdirSync(join(work, '.git/hooks'))).toEqual([])
  })

  test('a minimal system is the program, its libraries, and what starts it', async () => {
    const profile = files({ base: 'minimal' })
    const code = make('code', as)
    writeFileSync(join(code, 'text'), 'no program')
    const [listed, unknown] = await run(
      as,
      shell('', profile, { command: ['ls', '/usr/bin', '/etc'] }),
      shell('', files({ base: 'minimal', ro: [mount(code)] }), { command: [join(code, 'text')] }),
    )
    const programs = listed?.stdout.trim().split('/usr/bin:\n')[1]
    expect(programs?.split('\n')).toEqual(['ls', 'prlimit', 'sh'])
    expect(listed?.stdout).not.toContain('alternatives')
    expect(unknown?.refused?.data).toMatchObject({ reason: 'path_refused' })
  })

  test('a folder of its own stays, and is its own', async () => {
    const state = join(make('data', as, 0o700), 'servers', 'notes')
    if (process.getuid?.() === 0) chownSync(join(folder, 'data'), uidOf(as), 0)
    const launch = shell(`cat ${state}/count; echo one >> ${state}/count`, files({ state }), {
      cwd: state,
    })
    const other = {
      ...launch,
      profile: { ...launch.profile, runAs: as === 'root' ? 64_999 : 'auto' },
    } as const
    const seen = await run(as, launch, launch, other)
    expect(seen.map(({ stdout }) => stdout)).toEqual(['', 'one\n', 'one\none\n'])
    expect(statSync(state).mode & 0o777).toBe(0o700)
    if (as === 'root') expect(statSync(join(state, 'count')).uid).toBe(64_999)
  })

  test('a folder that becomes a link while it is mounted shows nothing else', async () => {
    const [work, other] = [make('work', as, 0o777), make('other', as, 0o777)]
    writeFileSync(join(work, 'what'), 'work')
    writeFileSync(join(other, 'what'), 'other')
    const swapper = spawn(process.execPath, ['-e', SWAP, folder], { stdio: 'inherit' })
    try {
      const launch = shell(`cat ${work}/what`, files({ rw: [mount(work)] }))
      const seen = await run(as, ...Array.from({ length: 40 }, () => launch))
      const words = seen.map(({ stdout, refused }) =>
        refused === undefined ? stdout : (refused.data as { reason: string }).reason,
      )
      expect(words).toContain('path_changed')
      expect(
        words.filter((word) => !['work', 'path_changed', 'path_missing'].includes(word)),
      ).toEqual([])
    } finally {
      swapper.kill('SIGKILL')
    }
  })

  test('a server that was not started says why, by a stable word, and leaves nothing', async () => {
    const link = join(folder, 'link')
    symlinkSync(make('work', as, 0o777), link)
    const closed = make('closed', 'root', 0o700)
    const cases: readonly [Launch, string][] = [
      [shell('true', files({ ro: [mount(join(folder, 'none'))] })), 'path_missing'],
      [shell('true', files({ ro: [mount(link)] })), 'path_changed'],
      [shell('true', files({ ro: [mount('/dev/null')] })), 'path_refused'],
      [
        shell('true', files({ ro: [{ from: folder, to: '/usr/new', optional: false }] })),
        'path_refused',
      ],
      [shell('true', {}, { cwd: '/nowhere' }), 'path_missing'],
      [shell('true', {}, { env: { TOKEN: 'secret\0--bind' } }), 'launch_failed'],
      [shell('true', {}, { env: { 'A=B': 'secret' } }), 'launch_failed'],
      [shell('true', {}, { command: ['/nowhere/program'] }), 'command_missing'],
      [shell('true', {}, { command: [] }), 'command_missing'],
      ...(process.getuid?.() === 0
        ? ([
            [
              shell('true', {
                ...files({ rw: [mount(closed)] }),
                runAs: as === 'root' ? 64_999 : 'auto',
              }),
              'path_not_writable',
            ],
            [
              shell('true', {
                ...files({ ro: [mount(closed)] }),
                runAs: as === 'root' ? 64_999 : 'auto',
              }),
              'path_not_reachable',
            ],
          ] satisfies [Launch, string][])
        : []),
    ]
    const seen = await run(as, ...cases.map(([launch]) => launch))
    expect(seen.map(({ refused }) => (refused?.data as { reason: string })?.reason)).toEqual(
      cases.map(([, reason]) => reason),
    )
    for (const { refused, descriptors } of seen.slice(1)) {
      expect(refused?.message).toMatch(/^server `notes` is not started: /)
      expect(refused?.data).toMatchObject({ server: 'notes', fix: expect.stringMatching(/\S/) })
      expect(JSON.stringify(refused)).not.toContain('secret')
      expect(descriptors[1]).toBeLessThanOrEqual(descriptors[0])
    }
  })

  test('a server that would have a descriptor of the gateway is not started', async () => {
    const started = {
      bwrap,
      launches: [shell('true'), shell('true', allowlist)],
      how: 'serial',
    } as const
    const seen = await runServers(as, { ...started, leaks: true })
    expect(seen.map(({ refused }) => refused?.data)).toMatchObject([
      { reason: 'self_test_failed' },
      { reason: 'self_test_failed' },
    ])
  })

  test('twenty servers start at once', async () => {
    const launches = Array.from({ length: 20 }, (_, index) => ({
      ...shell('read line; echo $NUMBER', index % 2 === 0 ? {} : allowlist, {
        env: { NUMBER: String(index) },
      }),
      server: `server-${index}`,
    }))
    const seen = await runServers(as, { bwrap, launches, how: 'parallel' })
    expect(seen.map(({ stdout }) => stdout)).toEqual(launches.map((_, index) => `${index}\n`))
  })

  test('two hundred starts leave no descriptor', async () => {
    const kinds = [shell('true', allowlist), ...Array.from({ length: 4 }, () => shell('true'))]
    const seen = await run(as, ...Array.from({ length: 40 }, () => kinds).flat())
    expect(seen.filter(({ code }) => code !== 0)).toEqual([])
    // the first of each kind opens what stays open
    expect(seen.at(-1)?.descriptors[1]).toBe(seen[4]?.descriptors[1])
  }, 120_000)

  test.each([{}, allowlist])('nothing is left when the gateway is killed', async (network) => {
    const daemon = 'setsid sh -c "sleep 600 & sleep 600" >/dev/null 2>&1 & read line; sleep 600'
    const gateway = spawnGateway(as, { bwrap, launches: [shell(daemon, network)], how: 'hold' })
    const pids = await treeOf(gateway, 'sleep', 2)
    gateway.kill('SIGKILL')
    await gone(pids)
  })

  test('a daemon ends with its server', async () => {
    const marker = join(make('work', as, 0o777), 'beats')
    const script = `(setsid sh -c "while :; do echo beat >> ${marker}; sleep 0.02; done" &) >/dev/null 2>&1; while ! [ -s ${marker} ]; do :; done`
    await run(as, shell(script, files({ rw: [mount(join(folder, 'work'))] })))
    const { size } = await settled(marker)
    expect(size).toBeGreaterThan(0)
  })
})

/** The processes of the one server of a gateway, when there are as many as that of a name. */
async function treeOf(gateway: ChildProcess, name = 'sleep', count = 0): Promise<number[]> {
  const [first] = (await once(gateway.stdout ?? gateway, 'data')) as [Buffer]
  const root = Number(first.toString().split('\n')[0])
  for (;;) {
    const pids = [...processTree(root).pids]
    if (pids.filter((pid) => statusOf(pid, 'Name') === name).length >= count) return pids
    await sleep(5)
  }
}

function statusOf(pid: number, key: string): string {
  try {
    const line = readFileSync(`/proc/${pid}/status`, 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${key}:`))
    return line?.slice(key.length + 1).trim() ?? ''
  } catch {
    return ''
  }
}

/** Waits until none of the processes runs. A test that waits for too long fails. */
async function gone(pids: readonly number[]): Promise<void> {
  expect(pids.length).toBeGreaterThan(0)
  while (pids.some((pid) => !['', 'Z (zombie)'].includes(statusOf(pid, 'State')))) await sleep(5)
}

/** Waits until a file is as long as it was a moment ago, ten times. */
async function settled(path: string): Promise<{ readonly size: number }> {
  let last = statSync(path)
  for (let same = 0; same < 10; ) {
    await sleep(20)
    const now = statSync(path)
    same = now.size === last.size ? same + 1 : 0
    last = now
  }
  return last
}
