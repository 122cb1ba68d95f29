import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BoundMount, type InnerPlan, innerArguments, writeArguments } from './arguments.ts'
import { chainCommand, outerArguments } from './chain.ts'

const plan: InnerPlan = {
  base: [
    { kind: 'shown', path: '/usr', as: '/usr' },
    { kind: 'link', path: '/bin', target: 'usr/bin' },
  ],
  etc: [{ path: '/etc/passwd', fd: 4 }],
  mounts: [
    { from: { fd: 6 }, to: '/work/below', writable: false },
    { from: { fd: 5 }, to: '/work', writable: true },
  ],
  masks: [
    { to: '/work/.git/hooks', source: { fd: 8 }, writable: false },
    { to: '/work/.git', source: { fd: 7 }, writable: true },
    { to: '/work/.env', blank: 'file' },
  ],
  sizes: { home: 0, tmp: 8192, shm: 4096 },
  seccomp: 9,
  ownNetwork: true,
  env: { TOKEN: 'secret' },
  cwd: '/work',
}

test('the inner options, in the order of mounting', () => {
  expect(innerArguments(plan).join(' ')).toBe(
    [
      '--unshare-user --disable-userns --uid 65534 --gid 65534',
      '--unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup-try --unshare-net',
      '--hostname mcp --die-with-parent --new-session --cap-drop ALL --clearenv',
      '--ro-bind /usr /usr --symlink usr/bin /bin --proc /proc --dev /dev',
      '--size 4096 --perms 1777 --tmpfs /dev/shm --size 8192 --perms 1777 --tmpfs /tmp',
      '--size 4096 --perms 0700 --tmpfs /home/mcp --ro-bind-data 4 /etc/passwd',
      '--bind-fd 5 /work --ro-bind-fd 6 /work/below',
      '--bind-fd 7 /work/.git --ro-bind /dev/null /work/.env --ro-bind-fd 8 /work/.git/hooks',
      '--remount-ro /dev --remount-ro / --seccomp 9 --setenv TOKEN secret --chdir /work',
    ].join(' '),
  )
})

test('a network of its own is left out only when asked', () => {
  expect(innerArguments({ ...plan, ownNetwork: false })).not.toContain('--unshare-net')
})

test('the outer options of root, and of anybody else', () => {
  const sources = [{ fd: 5, writable: true }]
  expect(outerArguments({ sources, listeners: false, root: true }).join(' ')).toBe(
    [
      '--die-with-parent --dev-bind / / --perms 0755 --tmpfs /tmp --bind-fd 5 /tmp/0',
      '--unshare-pid --dev-bind /proc /tmp/proc --proc /proc --remount-ro /tmp',
      '--cap-drop ALL --cap-add CAP_SETUID --cap-add CAP_SETGID --cap-add CAP_SETPCAP',
    ].join(' '),
  )
  expect(outerArguments({ sources: [], listeners: true, root: false }).join(' ')).toBe(
    [
      '--die-with-parent --dev-bind / / --unshare-user --uid 0 --gid 0 --unshare-net',
      '--cap-drop ALL --cap-add CAP_NET_BIND_SERVICE --cap-add CAP_SETFCAP',
    ].join(' '),
  )
})

test('root is left before anything of the server, and limits are set inside', () => {
  const command = chainCommand({
    tools: { bwrap: '/b', setpriv: '/s', prlimit: '/p', sh: '/sh' },
    outer: 7,
    listeners: undefined,
    uid: 64_001,
    inner: 6,
    limits: ['/p', '--nproc=4', '--'],
    checks: [{ flag: '-w', path: '/work' }],
    command: ['program', 'argument'],
  })
  const script = command.findIndex((part) => part.startsWith('for f in'))
  expect(command.slice(0, script)).toEqual(
    '/b --args 7 -- /s --reuid 64001 --regid 64001 --clear-groups --inh-caps=-all --bounding-set=-all --pdeathsig KILL -- /b --args 6 -- /p --nproc=4 -- /sh -c'.split(
      ' ',
    ),
  )
  expect(command.slice(script + 1)).toEqual('gate 1 -w /work program argument'.split(' '))
})

test('what is mounted higher comes first, and read-only comes after all mounts', () => {
  const paths = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 5 })
  const mounts = fc.uniqueArray(paths, { selector: (parts) => parts.join('/') })
  fc.assert(
    fc.property(mounts, (all) => {
      const list = all.map(
        (parts, fd): BoundMount => ({ from: { fd }, to: `/${parts.join('/')}`, writable: false }),
      )
      const options = innerArguments({ ...plan, mounts: list })
      const places = list.map(({ from, to }) => ({
        to,
        at: options.findIndex(
          (each, index) =>
            each === '--ro-bind-fd' &&
            options[index + 1] === String('fd' in from && from.fd) &&
            options[index + 2] === to,
        ),
      }))
      const end = options.lastIndexOf('--remount-ro')
      for (const one of places) {
        expect(one.at).toBeGreaterThan(0)
        expect(one.at).toBeLessThan(end)
        for (const other of places) {
          if (other.to.startsWith(`${one.to}/`)) expect(other.at).toBeGreaterThan(one.at)
        }
      }
    }),
  )
})

test('options are written as they are, or not at all', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 10 }), (options) => {
      if (options.some((option) => option.includes('\0'))) {
        expect(() => writeArguments(options)).toThrow(RangeError)
        return
      }
      const read = writeArguments(options).toString().split('\0')
      expect(read).toEqual([...options, ''])
    }),
  )
  expect(() => writeArguments(Array.from({ length: 9_000 }, () => '-'))).toThrow('too many')
})
