import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SandboxMount } from '../../../kernel/sandbox.ts'
import { ALLOWLIST, fullPlan, fullProfile, IMAGE, PROXY } from '../testing/plan.ts'
import { containerArguments, containerInForce, variablesFile } from './container-arguments.ts'

const FILES = { seccomp: '/tmp/f/seccomp', variables: '/tmp/f/variables' }
const argumentsOf = (plan = fullPlan()) => containerArguments(plan, 'bailiwick-mail-1', FILES)
const mount = (from: string, to = from): SandboxMount => ({ from, to, optional: false })
const { fs } = fullProfile()

test('everything that holds a container back is said to the engine', () => {
  expect(argumentsOf()).toEqual([
    ...['run', '--rm', '--interactive', '--init', '--pull=never', '--name=bailiwick-mail-1'],
    '--label=bailiwick=bailiwick-mail-00d8d3f117',
    ...['--read-only', '--cap-drop=ALL', '--security-opt=no-new-privileges'],
    '--security-opt=seccomp=/tmp/f/seccomp',
    ...['--user=64001:64001', '--ipc=private', '--cgroupns=private', '--hostname=mcp'],
    '--log-driver=none',
    ...['--memory=512b', '--memory-swap=512b', '--pids-limit=9', '--cpus=0.5'],
    ...['--ulimit=nofile=64:64', '--ulimit=fsize=4096:4096', '--ulimit=core=0:0'],
    '--ulimit=cpu=30:31',
    '--shm-size=1000b',
    '--tmpfs=/tmp:rw,nosuid,nodev,size=2000,mode=1777',
    '--tmpfs=/home/mcp:rw,nosuid,nodev,size=3000,mode=0777',
    '--mount=type=bind,src=/srv/code,dst=/srv/code,readonly',
    '--mount=type=bind,src=/srv/work,dst=/srv/work',
    '--mount=type=bind,src=/srv/state,dst=/srv/state',
    '--mount=type=bind,src=/srv/work/.git/hooks,dst=/srv/work/.git/hooks,readonly',
    '--mount=type=bind,src=/dev/null,dst=/srv/work/.env,readonly',
    '--tmpfs=/srv/work/.aws:ro,size=1048576,mode=0000',
    '--network=none',
    ...['--env-file=/tmp/f/variables', '--workdir=/home/mcp', '--entrypoint=/usr/bin/node'],
    ...[IMAGE, '/srv/code/main.js', '--fast'],
  ])
})

describe('networks', () => {
  test('with a list need an internal network with a proxy', () => {
    const profile = fullProfile({ network: ALLOWLIST })
    const walled = argumentsOf(fullPlan(profile, { proxy: PROXY }))
    expect(walled).toEqual(expect.arrayContaining(['--network=walled', '--dns=172.30.0.2']))
    expect(() => argumentsOf(fullPlan(profile))).toThrow('no proxy keeps its allowlist')
  })

  test.each(['host', 'bridge', 'default', 'container:other', 'a,b', '-x'])(
    'of the machine are refused: %s',
    (network) => {
      const profile = fullProfile({ network: ALLOWLIST })
      const plan = fullPlan(profile, { proxy: { ...PROXY, network } })
      expect(() => argumentsOf(plan)).toThrow(/internal|handed on/)
    },
  )

  test('that are open are said to hold nothing', () => {
    const open = fullProfile({ network: { mode: 'unrestricted', allow: [] } })
    expect(argumentsOf(fullPlan(open))).toContain('--network=bridge')
    expect(containerInForce(open)).toContainEqual(
      expect.objectContaining({ control: 'network', strength: 'none' }),
    )
  })
})

describe('refused, with the reason', () => {
  const withMount = (from: string, to = from) =>
    fullPlan(fullProfile({ fs: { ...fs, rw: [mount(from, to)] } }))

  test.each([
    '/',
    '/proc',
    '/sys',
    '/dev',
    '/etc/',
    '/run',
    '/var/run',
    '/var/run/docker.sock',
    '/run/podman/podman.sock',
    '/srv/../run/containerd',
    'srv/work',
  ])('a way to the machine: %s', (from) => {
    expect(() => argumentsOf(withMount(from, '/srv/work'))).toThrow('leads to the machine itself')
  })

  test.each([
    ['a comma', '/srv/a,readonly=false'],
    ['a quotation mark', '/srv/a"b'],
    ['a line break', '/srv/a\nb'],
    ['a NUL', '/srv/a\0b'],
  ])('a path with %s', (_name, path) => {
    expect(() => argumentsOf(withMount(path, '/srv/work'))).toThrow('cannot be handed on safely')
    expect(() => argumentsOf(withMount('/srv/work', path))).toThrow('cannot be handed on safely')
  })

  test('root, no program, a program that looks like a flag, an image that may change', () => {
    const { launch } = fullPlan()
    expect(() => argumentsOf(fullPlan(undefined, { uid: 0 }))).toThrow('as root of its container')
    const command = (...words: string[]) => ({ launch: { ...launch, command: words } })
    expect(() => argumentsOf(fullPlan(undefined, command()))).toThrow('no program')
    expect(() => argumentsOf(fullPlan(undefined, command('--privileged')))).toThrow('its program')
    for (const image of [
      undefined,
      'node',
      'node:latest',
      `--privileged`,
      `node@sha256:${'a'.repeat(63)}`,
    ]) {
      expect(() => argumentsOf(fullPlan(undefined, { image }))).toThrow(/image/)
    }
  })

  test('a variable that would become two', () => {
    const { launch } = fullPlan()
    for (const env of [{ A: 'x\nLD_PRELOAD=y' }, { 'A=B': 'x' }, { '#A': 'x' }, { A: 'x\0' }]) {
      expect(() => variablesFile(fullPlan(undefined, { launch: { ...launch, env } }))).toThrow(
        'fits into no file of variables',
      )
    }
  })
})

test('no value of a variable is in an argument, and none loosens the container', () => {
  const text = fc.string({ unit: 'binary', maxLength: 30 })
  fc.assert(
    fc.property(text, text, fc.array(text), text, (from, to, rest, secret) => {
      const { launch } = fullPlan()
      const profile = fullProfile({ fs: { ...fs, rw: [mount(`/srv/${from}`, `/${to}`)] } })
      const command = ['/usr/bin/node', ...rest]
      const env = { TOKEN: `value-${secret}-of-it` }
      const plan = fullPlan(profile, { launch: { ...launch, profile, command, env } })
      let args: readonly string[]
      try {
        args = argumentsOf(plan)
      } catch {
        return
      }
      const image = args.indexOf(IMAGE)
      expect(args.slice(image + 1)).toEqual(rest)
      const flags = args.slice(1, image)
      expect(flags.every((flag) => flag.startsWith('--'))).toBe(true)
      expect(flags.map((flag) => flag.split('=')[0])).not.toContain('--privileged')
      const mounts = flags.filter((flag) => flag.startsWith('--mount='))
      for (const one of mounts) expect(one.split(',').length).toBeLessThanOrEqual(4)
      expect(flags.join(' ')).not.toContain(env.TOKEN)
      const lines = flags.filter((flag) => /[\n\0]/.test(flag))
      expect(lines).toEqual([])
    }),
  )
})
